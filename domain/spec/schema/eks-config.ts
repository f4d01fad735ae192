/** What a new EKS cluster is like, with the field names of eksctl's ClusterConfig (https://schema.eksctl.io). */
import * as z from 'zod';
import { parseBlock } from '../../ip-block.ts';
import { flag, line, listOf, mapping, oneOf } from '../fields.ts';
import { awsTags, keyArn, policyArn, principalArn, roleArn } from './aws-names.ts';

function block(least: number, most: number, what: string) {
  return z.string({ error: what }).refine(
    (text) => {
      const found = parseBlock(text);
      return found !== null && found.length >= least && found.length <= most;
    },
    { error: what },
  );
}

/** EC2 takes /16 to /28; a subnet in each of up to three zones, public and private, of eight addresses or more each. */
const vpcBlock = block(
  16,
  24,
  'an IPv4 block from /16 to /24 that begins at its first address, such as 10.20.0.0/16',
);
const anyBlock = block(0, 32, 'an IPv4 block that begins at its first address, such as 203.0.113.0/24');

const vpc = mapping('the network of a cluster', {
  cidr: vpcBlock.optional(),
  nat: mapping('the NAT gateways of a cluster', {
    gateway: oneOf(['Single', 'HighlyAvailable', 'Disable']),
  }).optional(),
  clusterEndpoints: mapping('the endpoints of a cluster', {
    publicAccess: flag.optional(),
    privateAccess: flag.optional(),
  })
    .refine(({ publicAccess = true, privateAccess = false }) => publicAccess || privateAccess, {
      error: 'no way to the API server: set publicAccess or privateAccess to true',
    })
    .optional(),
  publicAccessCIDRs: listOf('IPv4 blocks', anyBlock).optional(),
});

const accessPolicy = mapping('an access policy', {
  policyARN: z
    .string({ error: 'the ARN of an access policy' })
    .regex(/^arn:aws[a-z-]*:eks::aws:cluster-access-policy\/\w{1,100}$/, {
      error:
        'the ARN of an access policy of EKS, such as arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
    }),
  accessScope: mapping('the scope of an access policy', {
    type: oneOf(['cluster', 'namespace']),
    namespaces: listOf('namespaces', line('a namespace')).optional(),
  }).refine(({ type, namespaces }) => (type === 'namespace') === (namespaces !== undefined), {
    path: ['namespaces'],
    error: 'a scope of type namespace names its namespaces, one of type cluster names none',
  }),
});

const accessEntry = mapping('an access entry', {
  principalARN: principalArn,
  type: oneOf(['STANDARD', 'EC2_LINUX', 'EC2_WINDOWS', 'FARGATE_LINUX']).optional(),
  kubernetesUsername: line('a user name').optional(),
  kubernetesGroups: listOf('groups', line('a group')).optional(),
  accessPolicies: listOf('access policies', accessPolicy).optional(),
});

const addonName = z.string({ error: 'the name of an add-on' }).regex(/^[a-z][a-z0-9_-]{0,99}$/, {
  error: 'the name of an add-on of EKS, such as aws-ebs-csi-driver',
});

const addon = mapping('an add-on', {
  name: addonName,
  version: line('a version of the add-on, such as v1.56.0-eksbuild.1').optional(),
  configurationValues: z.string({ error: 'JSON or YAML in text' }).max(65_536).optional(),
  serviceAccountRoleARN: roleArn.optional(),
  resolveConflicts: oneOf(['none', 'overwrite', 'preserve']).optional(),
});

/** Fields of a cluster to make, by the names that eksctl gives them. */
export const eksConfigFields = {
  tags: awsTags.optional(),
  vpc: vpc.optional(),
  iam: mapping('the IAM of a cluster', {
    serviceRoleARN: roleArn.optional(),
    serviceRolePermissionsBoundary: policyArn.optional(),
  }).optional(),
  accessConfig: mapping('the access to a cluster', {
    authenticationMode: oneOf(['API', 'API_AND_CONFIG_MAP']).optional(),
    bootstrapClusterCreatorAdminPermissions: flag.optional(),
    accessEntries: listOf('access entries', accessEntry).optional(),
  })
    .refine(
      ({ bootstrapClusterCreatorAdminPermissions: admin = true, accessEntries }) => admin || accessEntries,
      {
        path: ['bootstrapClusterCreatorAdminPermissions'],
        error: 'false locks everybody out: give accessEntries that let the worker in',
      },
    )
    .optional(),
  cloudWatch: mapping('the logs of a cluster', {
    clusterLogging: mapping('the logs of the control plane', {
      enableTypes: listOf(
        'kinds of logs',
        oneOf(['api', 'audit', 'authenticator', 'controllerManager', 'scheduler', 'all', '*']),
      ),
    }),
  }).optional(),
  secretsEncryption: mapping('the encryption of Secrets', { keyARN: keyArn }).optional(),
  addons: listOf('add-ons', addon).optional(),
};

/** What a document says of a cluster to make, its nodes and version aside. */
export type EksConfig = z.output<z.ZodObject<typeof eksConfigFields>>;
export type GivenVpc = NonNullable<EksConfig['vpc']>;
export type AccessEntry = z.output<typeof accessEntry>;
export type GivenAddon = z.output<typeof addon>;
