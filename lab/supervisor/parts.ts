import { apiServerPart } from '../control-plane/api-server.ts';
import { auditFiles } from '../control-plane/audit.ts';
import { controllerManagerPart } from '../control-plane/controller-manager.ts';
import { etcdPart } from '../control-plane/etcd.ts';
import type { PkiFiles } from '../control-plane/pki.ts';
import { controlPlaneAddress } from '../block.ts';
import type { LabFile } from '../lab-file.ts';
import type { NodeOptions } from '../node/options.ts';
import type { LabPaths } from '../paths.ts';
import { prometheusPart } from '../prometheus/part.ts';
import type { Part } from './part.ts';

/** The programs of a lab's cluster, in waves: each wave needs the one before it. */
export async function clusterParts(lab: LabFile, paths: LabPaths, pki: PkiFiles): Promise<Part[][]> {
  const address = controlPlaneAddress(lab.block);
  const { kubeconfig } = paths;
  const command = (tool: string) => toolPath(lab, tool);
  const audit = lab.audit === true ? auditFiles(paths) : undefined;
  const { tokenWebhook } = lab;
  return [
    [etcdPart({ command: command('etcd'), address, dataDirectory: paths.etcd, pki })],
    [apiServerPart({ command: command('kube-apiserver'), address, pki, tokenWebhook, audit })],
    [
      controllerManagerPart({ command: command('kube-controller-manager'), address, kubeconfig, pki }),
      await prometheusPart({
        command: command('prometheus'),
        address,
        directory: paths.prometheus,
        kubeconfig,
      }),
    ],
  ];
}

/** What the lab's node agent is started with. */
export function nodeOptions(
  lab: LabFile,
  paths: LabPaths,
  pki: PkiFiles,
  log: (line: string) => void,
): NodeOptions {
  return {
    kubeconfig: paths.kubeconfig,
    block: lab.block,
    directory: paths.pods,
    tools: lab.tools,
    kubeletTls: {
      cert: pki.kubelet.certificate,
      key: pki.kubelet.key,
      clientCa: pki.authority.certificate,
    },
    faultsFile: paths.faults,
    log,
  };
}

/** Path of a tool that `up` found. Throws when it did not. */
export function toolPath(lab: LabFile, tool: string): string {
  const path = lab.tools[tool];
  if (path === undefined) throw new Error(`no ${tool} is known for lab '${lab.name}': run 'sluice lab up'`);
  return path;
}
