/** What of an HTTP request is a call of AWS. */
import type { IncomingHttpHeaders } from 'node:http';

export interface AwsRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A call of AWS as it passed the proxy. */
export interface AwsCall {
  readonly account: string;
  readonly service: string;
  /** As in `CreateStack`. */
  readonly action: string;
  /** Number of the call within its account, from 1. */
  readonly index: number;
}

/** EKS is the one service here whose actions stand in method and path. */
const eksActions: readonly (readonly [method: string, path: RegExp, action: string])[] = [
  ['GET', /^\/cluster-versions/, 'DescribeClusterVersions'],
  ['POST', /^\/clusters\/[^/]+\/addons$/, 'CreateAddon'],
  ['GET', /^\/clusters\/[^/]+\/addons\/[^/]+$/, 'DescribeAddon'],
  ['GET', /^\/clusters\/[^/]+$/, 'DescribeCluster'],
  ['GET', /^\/clusters\/[^/]+\/node-groups$/, 'ListNodegroups'],
  ['GET', /^\/clusters\/[^/]+\/node-groups\/[^/]+$/, 'DescribeNodegroup'],
  ['POST', /^\/clusters\/[^/]+\/node-groups\/[^/]+\/update-config$/, 'UpdateNodegroupConfig'],
  ['POST', /^\/clusters\/[^/]+\/node-groups\/[^/]+\/update-version$/, 'UpdateNodegroupVersion'],
  ['GET', /^\/clusters\/[^/]+\/updates\/[^/]+$/, 'DescribeUpdate'],
];

/** Names the call that a request is. */
export function recognise({ method, path, headers, body }: AwsRequest): Omit<AwsCall, 'index'> {
  const [, account = '', service = ''] =
    /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const named = new URLSearchParams(body).get('Action');
  const pathname = path.split('?')[0] ?? '';
  const found = eksActions.find(([verb, pattern]) => verb === method && pattern.test(pathname));
  return { account, service, action: named ?? found?.[2] ?? `${method} ${pathname}` };
}
