/** What a proxy answers with when it is asked for its configuration. */
import { ApplicationFailure } from '@temporalio/activity';
import * as z from 'zod';
import { messageOf } from '../../domain/message-of.ts';
import type { ClusterClient } from '../kubernetes/index.ts';
import { askAdmin } from './ask.ts';
import type { Proxy } from './proxies.ts';

/** What Envoy says instead of an empty list when it has never been given a resource of the kind. */
const nothingOfTheKind = 'not found in config dump';

const cluster = z.looseObject({ name: z.string().optional() });
const weighted = z.looseObject({ name: z.string().optional(), weight: z.number().optional() });
const route = z.looseObject({
  name: z.string().optional(),
  route: z
    .looseObject({
      cluster: z.string().optional(),
      weighted_clusters: z.looseObject({ clusters: z.array(weighted).optional() }).optional(),
    })
    .optional(),
  metadata: z
    .looseObject({
      filter_metadata: z
        .looseObject({ istio: z.looseObject({ config: z.string().optional() }).optional() })
        .optional(),
    })
    .optional(),
});
const virtualHost = z.looseObject({
  name: z.string().optional(),
  domains: z.array(z.string()).optional(),
  routes: z.array(route).optional(),
});

const endpoints = z.looseObject({
  cluster_name: z.string().optional(),
  endpoints: z.array(z.looseObject({ lb_endpoints: z.array(z.unknown()).optional() })).optional(),
});

/** The parts of `envoy.admin.v3` that are read of routes, clusters and endpoints; the rest of them stays. */
const dump = z.looseObject({
  configs: z
    .array(
      z.looseObject({
        cluster: cluster.optional(),
        endpoint_config: endpoints.optional(),
        route_config: z.looseObject({ virtual_hosts: z.array(virtualHost).optional() }).optional(),
      }),
    )
    .default([]),
});

/**
 * Asks a proxy for its configuration.
 * @param query narrows the dump down, as in `resource=dynamic_route_configs`
 * @param timeout milliseconds that the answer may take
 * @throws ApplicationFailure, retryable, when the proxy does not answer, or with no dump
 */
export async function dumpConfig(
  client: ClusterClient,
  proxy: Proxy,
  query: string,
  timeout: number,
): Promise<unknown[]> {
  const text = await askAdmin(client, proxy, `config_dump?${query}`, timeout);
  // pilot-agent prints Envoy's 404 and ends well; other ways to ask end with an exit code.
  if (text.includes(nothingOfTheKind)) return [];
  try {
    return readConfigs(text);
  } catch (error) {
    throw ApplicationFailure.retryable(messageOf(error));
  }
}

/**
 * Entries of a configuration dump, in the shape that their readers count on.
 * @throws Error that says where the text is none
 */
export function readConfigs(text: string): unknown[] {
  const { data, error } = dump.safeParse(parse(text));
  if (data !== undefined) return data.configs;
  const [issue] = error.issues;
  throw noDump(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw noDump(messageOf(error));
  }
}

function noDump(reason: string): Error {
  return new Error(`no configuration of Envoy: ${reason.trim().slice(0, 200)}`);
}
