import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { renewableCredentials, type AwsCredentials } from './credentials.ts';
import { networkAgents } from './network.ts';
import { STSClient, type STSClientConfig } from '@aws-sdk/client-sts';

/** Whose credentials, and which region; null for what the AWS CLI would take. */
export interface AwsSource {
  readonly region: string | null;
  readonly profile: string | null;
}

/** The services of AWS that Sluice calls. */
export interface AwsClients {
  readonly autoScaling: AutoScalingClient;
  readonly cloudFormation: CloudFormationClient;
  readonly ec2: EC2Client;
  readonly eks: EKSClient;
  readonly elb: ElasticLoadBalancingClient;
  readonly elbV2: ElasticLoadBalancingV2Client;
  readonly iam: IAMClient;
  readonly sts: STSClient;
}

/** What a request is signed with. */
export type { AwsCredentials };

/** Attempts of one call: throttling is the usual reason for a second one, and passes within seconds. */
const maxAttempts = 5;

/** Longest waits for a connection and for an answer, in ms: an API call of AWS takes a second or two. */
const timeouts = { connectionTimeout: 5_000, requestTimeout: 30_000 };

/** More accounts and regions than one worker serves; the oldest clients are given up. */
const maxKept = 50;

const kept = new Map<string, AwsClients>();

/**
 * Clients with the SDK's default credential chain (environment, profile, SSO, web identity, container and instance
 * roles) and its region; the same ones each time, so that connections and credentials are kept.
 */
export function awsClients({ region, profile }: AwsSource): AwsClients {
  const key = JSON.stringify([region, profile]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const clients = createClients({
    ...(region === null ? {} : { region }),
    ...(profile === null ? {} : { profile }),
    credentials: renewableCredentials(profile),
  });
  kept.set(key, clients);
  const [oldest] = kept.keys();
  if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
  return clients;
}

/** What clients are made with; everything else is the SDK's default. */
export type ClientConfig = Pick<STSClientConfig, 'region' | 'profile' | 'endpoint' | 'credentials'>;

/** New clients. */
export function createClients(given: ClientConfig): AwsClients {
  const config = { maxAttempts, requestHandler: { ...timeouts, ...networkAgents() }, ...given };
  return {
    autoScaling: new AutoScalingClient(config),
    cloudFormation: new CloudFormationClient(config),
    ec2: new EC2Client(config),
    eks: new EKSClient(config),
    elb: new ElasticLoadBalancingClient(config),
    elbV2: new ElasticLoadBalancingV2Client(config),
    iam: new IAMClient(config),
    sts: new STSClient(config),
  };
}
