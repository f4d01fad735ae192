/** What a proxy answers with when it is asked for its configuration. */
import * as z from 'zod';
import { messageOf } from '../../domain/message-of.ts';

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
