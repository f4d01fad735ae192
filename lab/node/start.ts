import { mkdir } from 'node:fs/promises';
import { connect, reasonOf } from './api/clients.ts';
import { serveKubelet } from './kubelet/server.ts';
import { LoadBalancer } from './load-balancer/balancer.ts';
import { loopbackDefaults } from './mesh/objects.ts';
import { MeshPublisher } from './mesh/publisher.ts';
import { checkOptions, type NodeOptions } from './options.ts';
import { PodAgent } from './pods/agent.ts';
import { endLeftovers } from './pods/leftovers.ts';
import { trimLogs } from './pods/trim-logs.ts';
import { keepRegistered } from './registration.ts';
import { serveTelemetry } from './telemetry/serve.ts';

/** A running node agent. */
export interface RunningNode {
  /** Ends every pod's processes and everything else of the node; the API keeps its objects. */
  stop(): Promise<void>;
}

/**
 * Starts the lab's one node: registers it, runs the pods of the cluster as processes, answers exec and logs, and
 * serves LoadBalancers. Settles when the Node is Ready in the API; from then on it survives restarts of the API
 * server. Throws when its addresses are taken or an option is wrong.
 */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  checkOptions(options);
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const left = await endLeftovers(options.directory);
  if (left > 0) options.log(`node: ended ${left} processes an earlier agent left`);

  const clients = connect(options.kubeconfig, options.context);
  const publisher = new MeshPublisher(clients, options.log);
  const agent = new PodAgent({ clients, options }, publisher);
  const balancer = new LoadBalancer(clients, options.block, options.log, () => agent.readyPods());
  const kubelet = await serveKubelet(options, agent);
  const telemetry = await serveTelemetry(options.block, agent);
  const registration = keepRegistered(clients, options.block, options.log);
  await registration.ready;
  publisher.start();
  for (const object of loopbackDefaults(options.block)) void publisher.put(object);
  agent.start();
  balancer.start();
  const trimming = trimLogs(options.directory, (error) => options.log(`node: logs: ${reasonOf(error)}`));

  return {
    stop: async () => {
      trimming.stop();
      registration.stop();
      publisher.stop();
      await Promise.all([agent.stop(), balancer.stop(), kubelet.stop(), telemetry.stop()]);
    },
  };
}
