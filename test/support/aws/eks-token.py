"""The AWS CLI's own token for fixed inputs: eks-token.py <cluster> <region> <access key> <secret> <session token> <seconds>"""

import datetime
import sys

import botocore.auth
import botocore.session
from awscli.customizations.eks.get_token import STSClientFactory, TokenGenerator

cluster, region, access_key, secret, session_token, seconds = sys.argv[1:]
now = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc)
botocore.auth.get_current_datetime = lambda remove_tzinfo=True: now.replace(tzinfo=None)

session = botocore.session.get_session()
session.set_credentials(access_key, secret, session_token or None)
client = STSClientFactory(session).get_sts_client(region_name=region)
print(TokenGenerator(client).get_token(cluster), end="")
