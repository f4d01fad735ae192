"""An AWS on loopback: MiniStack, and what clusters of EKS need that it lacks.

Usage: emulator.py <port> <directory>
The directory may hold <account>.json with what is to happen in that account:
  endpoint, certificateAuthority   where the API servers of its clusters are
  failUpdate                       reason for which updates of node groups fail
  failCreate, failDelete           reason by logical id of a stack's resource; failDelete fails once, or failDeleteTimes
"""

import json
import os
import re
import sys
import urllib.parse

port, directory = sys.argv[1], sys.argv[2]
os.environ.update({"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": port, "MINISTACK_HOST": "127.0.0.1", "IOT_MTLS_ENABLED": "0"})

from ministack.core.responses import get_account_id, get_region, new_uuid  # noqa: E402
from ministack.services import alb, ec2, eks  # noqa: E402
from ministack.services.cloudformation import provisioners  # noqa: E402

eks._docker_available = False

VERSIONS = {"1.33": "EXTENDED_SUPPORT", "1.34": "STANDARD_SUPPORT", "1.35": "STANDARD_SUPPORT", "1.36": "STANDARD_SUPPORT"}
INSTANCE_TYPES = ["c5.large", "g5.xlarge", "inf2.xlarge", "m5.large", "m7g.large", "t3.medium"]
RARE_INSTANCE_TYPE = "p5.48xlarge"
MOST_ADDRESSES = 5


def wishes():
    try:
        with open(os.path.join(directory, get_account_id() + ".json")) as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def spend(key):
    """A deletion fails a number of times."""
    known = wishes()
    known["failDeleteTimes"] = known.get("failDeleteTimes", 1) - 1
    if known["failDeleteTimes"] <= 0:
        known["failDelete"].pop(key)
    path = os.path.join(directory, get_account_id() + ".json")
    with open(path + ".new", "w") as file:
        json.dump(known, file)
    os.rename(path + ".new", path)


def one_of(answer):
    """The new resource's id, out of an EC2 answer."""
    status, _, body = answer
    text = body.decode() if isinstance(body, bytes) else body
    if status >= 400:
        raise ValueError(text)
    return text


def between(text, tag):
    return text.split(f"<{tag}>")[1].split(f"</{tag}>")[0]


# CloudFormation: resource types


def create_address(logical_id, props, stack_name):
    if len(list(ec2._addresses.values())) >= MOST_ADDRESSES:
        raise ValueError("AddressLimitExceeded: The maximum number of addresses has been reached.")
    text = one_of(ec2._allocate_address({"Domain": ["vpc"]}))
    allocation, address = between(text, "allocationId"), between(text, "publicIp")
    return address, {"AllocationId": allocation, "PublicIp": address}


def delete_address(physical_id, props):
    for allocation, address in list(ec2._addresses.items()):
        if address["PublicIp"] == physical_id:
            del ec2._addresses[allocation]


def create_nat_gateway(logical_id, props, stack_name):
    params = {key: [props[key]] for key in ("SubnetId", "AllocationId")}
    gateway = between(one_of(ec2._create_nat_gateway(params)), "natGatewayId")
    return gateway, {"NatGatewayId": gateway}


def delete_nat_gateway(physical_id, props):
    ec2._nat_gateways.pop(physical_id, None)


rules = {}


def create_ingress(logical_id, props, stack_name):
    params = {
        "GroupId": [props["GroupId"]],
        "IpPermissions.1.IpProtocol": [props["IpProtocol"]],
        "IpPermissions.1.Groups.1.GroupId": [props["SourceSecurityGroupId"]],
    }
    if props["GroupId"] in ec2._security_groups:
        one_of(ec2._authorize_sg_ingress(params))
    rule = "sgr-" + new_uuid().replace("-", "")[:17]
    rules[rule] = params
    return rule, {}


def delete_ingress(physical_id, props):
    params = rules.pop(physical_id, None)
    if params and params["GroupId"][0] in ec2._security_groups:
        one_of(ec2._revoke_sg_ingress(params))


def create_access_entry(logical_id, props, stack_name):
    asked = {"principalArn": props["PrincipalArn"], "type": props.get("Type", "STANDARD")}
    asked.update(username=props.get("Username", ""), kubernetesGroups=props.get("KubernetesGroups", []))
    status, _, body = eks._create_access_entry(props["ClusterName"], asked)
    if status >= 400:
        raise ValueError(f"AWS::EKS::AccessEntry create failed: {body!r}")
    return f"{props['PrincipalArn']}|{props['ClusterName']}", {}


def delete_access_entry(physical_id, props):
    principal, cluster = physical_id.split("|")
    eks._access_entries.pop(eks._ae_key(cluster, principal), None)


plain_create_node_group = provisioners._RESOURCE_HANDLERS["AWS::EKS::Nodegroup"]["create"]


def create_node_group(logical_id, props, stack_name, *more, **named):
    """MiniStack's own leaves out how capacity is bought."""
    name, attributes = plain_create_node_group(logical_id, props, stack_name, *more, **named)
    eks._nodegroups[f"{props['ClusterName']}/{name}"]["capacityType"] = props.get("CapacityType", "ON_DEMAND")
    return name, attributes


provisioners._RESOURCE_HANDLERS["AWS::EKS::Nodegroup"]["create"] = create_node_group
provisioners._RESOURCE_HANDLERS.update(
    {
        "AWS::EKS::AccessEntry": {"create": create_access_entry, "delete": delete_access_entry},
        "AWS::EC2::EIP": {"create": create_address, "delete": delete_address},
        "AWS::EC2::NatGateway": {"create": create_nat_gateway, "delete": delete_nat_gateway},
        "AWS::EC2::SecurityGroupIngress": {"create": create_ingress, "delete": delete_ingress},
    }
)


# CloudFormation: failures on demand, and networks that are in use


def interfaces_in(key, value):
    return [eni for eni, record in ec2._network_interfaces.items() if record.get(key) == value]


def balancers_in(key, value):
    return [one["LoadBalancerName"] for one in alb._lbs.values() if one.get(key) == value]


def groups_referring_to(group_id):
    def refers(group):
        rules = group["IpPermissions"] + group["IpPermissionsEgress"]
        return any(pair.get("GroupId") == group_id for rule in rules for pair in rule.get("UserIdGroupPairs", []))

    return [one for one, group in ec2._security_groups.items() if one != group_id and refers(group)]


def users_of_group(group_id):
    """EC2 deletes no group that a rule of another names, or that an interface or a load balancer has."""
    interfaces = [
        eni
        for eni, record in ec2._network_interfaces.items()
        if any(group.get("GroupId") == group_id for group in record.get("Groups", []))
    ]
    balancers = [one["LoadBalancerName"] for one in alb._lbs.values() if group_id in one.get("SecurityGroups", [])]
    return groups_referring_to(group_id) + interfaces + balancers


def users_of(resource_type, physical_id):
    if resource_type == "AWS::EC2::SecurityGroup":
        return users_of_group(physical_id)
    if resource_type == "AWS::EC2::Subnet":
        return interfaces_in("SubnetId", physical_id)
    if resource_type == "AWS::EC2::VPC":
        groups = [
            one
            for one, group in ec2._security_groups.items()
            if group["VpcId"] == physical_id and group["GroupName"] != "default"
        ]
        return interfaces_in("VpcId", physical_id) + balancers_in("VpcId", physical_id) + groups
    return []


plain_strip = ec2._strip_descriptions
plain_delete_group = ec2._delete_security_group


def strip_descriptions(rule):
    """A rule is revoked without its description, also one that names a group."""
    pairs = [{key: value for key, value in pair.items() if key != "Description"} for pair in rule.get("UserIdGroupPairs", [])]
    return {**plain_strip(rule), "UserIdGroupPairs": pairs}


def delete_group(params):
    group_id = params.get("GroupId", [""])[0]
    if users_of_group(group_id):
        return ec2._error("DependencyViolation", f"resource {group_id} has a dependent object", 400)
    return plain_delete_group(params)


ec2._strip_descriptions = strip_descriptions
ec2._ACTION_MAP["DeleteSecurityGroup"] = delete_group


def failing(resource_type, handlers):
    create, delete = handlers["create"], handlers["delete"]

    def guarded_create(logical_id, props, stack_name, *more, **named):
        reason = wishes().get("failCreate", {}).get(logical_id)
        if reason:
            raise ValueError(reason)
        return create(logical_id, props, stack_name, *more, **named)

    def guarded_delete(physical_id, props, *more, **named):
        users = users_of(resource_type, physical_id)
        if users:
            raise ValueError(f"DependencyViolation: {physical_id} has dependencies and cannot be deleted: {', '.join(users)}")
        for wish, reason in list(wishes().get("failDelete", {}).items()):
            if wish == resource_type:
                spend(wish)
                raise ValueError(reason)
        return delete(physical_id, props, *more, **named)

    return {**handlers, "create": guarded_create, "delete": guarded_delete}


for name, known in list(provisioners._RESOURCE_HANDLERS.items()):
    if name.startswith(("AWS::EC2::", "AWS::EKS::", "AWS::IAM::")) and "create" in known and "delete" in known:
        provisioners._RESOURCE_HANDLERS[name] = failing(name, known)


# EKS


def cluster_versions():
    return [
        {"clusterVersion": version, "defaultVersion": version == "1.35", "versionStatus": status, "clusterType": "eks"}
        for version, status in VERSIONS.items()
    ]


plain_eks = eks._handle_request_sync
plain_create_cluster = eks._create_cluster


updates = {}


def answer_of(body, status=200):
    return status, {"Content-Type": "application/json"}, json.dumps(body, default=str).encode()


def update_node_group(path, body):
    """UpdateNodegroupConfig and UpdateNodegroupVersion: done at once, unless the account wishes a failure."""
    cluster, name, kind = re.fullmatch(r"/clusters/([^/]+)/node-groups/([^/]+)/(update-config|update-version)", path).groups()
    group, asked = eks._nodegroups.get(f"{cluster}/{name}"), json.loads(body or "{}")
    if group is None:
        return eks._error(404, "ResourceNotFoundException", f"No node group found for name: {name}.")
    update = {"id": new_uuid(), "status": "Successful", "errors": []}
    update["type"] = "ConfigUpdate" if kind == "update-config" else "VersionUpdate"
    reason = wishes().get("failUpdate")
    if reason:
        update.update(status="Failed", errors=[{"errorCode": "NodeCreationFailure", "errorMessage": reason}])
    elif kind == "update-config":
        group["scalingConfig"] = {**group["scalingConfig"], **asked.get("scalingConfig", {})}
    else:
        group["version"] = asked.get("version", eks._clusters[cluster]["version"])
    updates[update["id"]] = update
    return answer_of({"update": update})


def handle_eks(method, path, headers, body, query_params):
    if method == "GET" and path.rstrip("/") == "/cluster-versions":
        text = json.dumps({"clusterVersions": cluster_versions()})
        return 200, {"Content-Type": "application/json"}, text.encode()
    if method == "POST" and re.search(r"/node-groups/[^/]+/update-(config|version)$", path):
        return update_node_group(path, body)
    asked = re.fullmatch(r"/clusters/[^/]+/updates/([^/]+)", path)
    if method == "GET" and asked:
        return answer_of({"update": updates[asked.group(1)]})
    return plain_eks(method, path, headers, body, query_params)


def create_cluster(body, *more, **named):
    version = body.get("version")
    if version not in VERSIONS:
        return eks._error(400, "InvalidParameterException", f"unsupported Kubernetes version {version}")
    answer = plain_create_cluster(body, *more, **named)
    cluster, wanted = eks._clusters.get(body.get("name")), wishes()
    if answer[0] < 400 and wanted.get("endpoint"):
        cluster["endpoint"] = wanted["endpoint"]
        cluster["certificateAuthority"] = {"data": wanted["certificateAuthority"]}
    return answer


def review_token(cluster_name, account_id, region, review, secret=""):
    """As EKS's authenticator: who signed the token is known by it, and is an administrator as a cluster's creator is."""
    token = review.get("spec", {}).get("token", "")
    credential = eks._verify_eks_token(token, cluster_name)
    if credential is None or credential.account_id != account_id:
        return eks._token_review_response(review)
    arn, groups = credential.principal_arn, ["system:authenticated", "system:masters"]
    return eks._token_review_response(review, authenticated=True, username=arn, uid=arn, groups=groups)


eks._authenticate_token_review = review_token
eks._handle_request_sync = handle_eks
eks._create_cluster = create_cluster


# EC2


def values_of(params, prefix):
    return [value for key, [value, *_] in sorted(params.items()) if key.startswith(prefix)]


def instance_type_offerings(params):
    zones = sorted(f"{get_region()}{letter}" for letter in "abc")
    wanted = values_of(params, "Filter.1.Value")
    found = [(kind, zone) for kind in wanted for zone in zones if kind in INSTANCE_TYPES]
    found += [(kind, zones[0]) for kind in wanted if kind == RARE_INSTANCE_TYPE]
    items = "".join(
        f"<item><instanceType>{kind}</instanceType><locationType>availability-zone</locationType>"
        f"<location>{zone}</location></item>"
        for kind, zone in found
    )
    return ec2._xml(200, "DescribeInstanceTypeOfferingsResponse", f"<instanceTypeOfferingSet>{items}</instanceTypeOfferingSet>")


def described_instance_type(kind):
    family = kind.split(".")[0]
    architecture = "arm64" if re.match(r"[a-z]+\d+g", family) else "x86_64"
    gpu = "<gpuInfo><gpus><item><manufacturer>NVIDIA</manufacturer></item></gpus></gpuInfo>" if re.match(r"[gp]\d", family) else ""
    neuron = "<neuronInfo><neuronDevices><item><count>1</count></item></neuronDevices></neuronInfo>" if family == "inf2" else ""
    return (
        f"<item><instanceType>{kind}</instanceType><processorInfo><supportedArchitectures><item>{architecture}</item>"
        f"</supportedArchitectures></processorInfo>{gpu}{neuron}</item>"
    )


def instance_types(params):
    items = "".join(described_instance_type(kind) for kind in values_of(params, "InstanceType."))
    return ec2._xml(200, "DescribeInstanceTypesResponse", f"<instanceTypeSet>{items}</instanceTypeSet>")


def account_attributes(params):
    value = f"<item><attributeValue>{MOST_ADDRESSES}</attributeValue></item>"
    item = f"<item><attributeName>vpc-max-elastic-ips</attributeName><attributeValueSet>{value}</attributeValueSet></item>"
    return ec2._xml(200, "DescribeAccountAttributesResponse", f"<accountAttributeSet>{item}</accountAttributeSet>")


plain_create_interface = ec2._create_network_interface
plain_interface_xml = ec2._eni_fields_xml


def create_interface(params):
    answer = plain_create_interface(params)
    if answer[0] < 400:
        ec2._parse_tag_specs(params, "network-interface", between(one_of(answer), "networkInterfaceId"))
    return answer


def interface_xml(interface, tag="item"):
    tags = ec2._tag_set_xml(interface["NetworkInterfaceId"])
    return plain_interface_xml(interface, tag).removesuffix(f"</{tag}>") + f"{tags}</{tag}>"


ec2._eni_fields_xml = interface_xml
ec2._ACTION_MAP["CreateNetworkInterface"] = create_interface
ec2._ACTION_MAP["DescribeInstanceTypes"] = instance_types
ec2._ACTION_MAP["DescribeInstanceTypeOfferings"] = instance_type_offerings
ec2._ACTION_MAP["DescribeAccountAttributes"] = account_attributes


# Classic load balancers

CLASSIC = "2012-06-01"
classic = {}
plain_elb = alb.handle_request


def classic_xml(action, inner):
    text = (
        f'<{action}Response xmlns="http://elasticloadbalancing.amazonaws.com/doc/{CLASSIC}/">'
        f"<{action}Result>{inner}</{action}Result><ResponseMetadata><RequestId>{new_uuid()}</RequestId>"
        f"</ResponseMetadata></{action}Response>"
    )
    return 200, {"Content-Type": "text/xml"}, text.encode()


def member_tags(tags):
    return "".join(f"<member><Key>{key}</Key><Value>{value}</Value></member>" for key, value in tags.items())


def handle_classic(params):
    action, known = params["Action"], classic.setdefault((get_account_id(), get_region()), {})
    if action == "CreateLoadBalancer":
        keys = [params[key] for key in sorted(params) if key.startswith("Tags.member") and key.endswith(".Key")]
        values = [params[key] for key in sorted(params) if key.startswith("Tags.member") and key.endswith(".Value")]
        subnet = ec2._subnets.get(params.get("Subnets.member.1", ""), {})
        known[params["LoadBalancerName"]] = {"vpc": subnet.get("VpcId", ""), "tags": dict(zip(keys, values))}
        return classic_xml(action, "<DNSName>classic.test</DNSName>")
    if action == "DescribeLoadBalancers":
        members = "".join(
            f"<member><LoadBalancerName>{name}</LoadBalancerName><VPCId>{one['vpc']}</VPCId></member>"
            for name, one in known.items()
        )
        return classic_xml(action, f"<LoadBalancerDescriptions>{members}</LoadBalancerDescriptions>")
    if action == "DescribeTags":
        wanted = [params[key] for key in params if key.startswith("LoadBalancerNames.member")]
        members = "".join(
            f"<member><LoadBalancerName>{name}</LoadBalancerName><Tags>{member_tags(known[name]['tags'])}</Tags></member>"
            for name in wanted
            if name in known
        )
        return classic_xml(action, f"<TagDescriptions>{members}</TagDescriptions>")
    known.pop(params.get("LoadBalancerName"), None)
    return classic_xml(action, "")


async def handle_elb(method, path, headers, body, query_params):
    text = body.decode() if isinstance(body, bytes) else body or ""
    params = {key: value for key, [value, *_] in urllib.parse.parse_qs(text).items()}
    if params.get("Version") == CLASSIC:
        return handle_classic(params)
    if params.get("Action") == "DeleteTargetGroup":
        group = alb._tgs.get(params.get("TargetGroupArn"), {})
        if any(arn in alb._lbs for arn in group.get("LoadBalancerArns", [])):
            message = f"Target group '{params['TargetGroupArn']}' is currently in use by a listener or a rule"
            return alb._error("ResourceInUse", message, 400)
    answer = await plain_elb(method, path, headers, body, query_params)
    if params.get("Action") == "CreateLoadBalancer":
        place(params.get("Name"), params.get("Subnets.member.1"))
    return answer


def place(name, subnet):
    """A load balancer is in the network of its subnets."""
    for balancer in alb._lbs.values():
        if balancer["LoadBalancerName"] == name and subnet in ec2._subnets:
            balancer["VpcId"] = ec2._subnets[subnet]["VpcId"]


alb.handle_request = handle_elb

sys.argv = sys.argv[:1]
from ministack.app import main  # noqa: E402

main()
