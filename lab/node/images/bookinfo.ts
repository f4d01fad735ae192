import { fileURLToPath } from 'node:url';
import { beside } from '../../../domain/beside.ts';
import { egressAddress } from '../addresses.ts';
import { workloadOf } from '../pods/workload.ts';
import { imageName, type ContainerContext, type Program } from './program.ts';

const image = /^examples-bookinfo-(productpage|details|ratings|reviews)-v\d+$/;
const meshPort = 9080;

/** The four Bookinfo services: programs of the lab's own that behave as the images do. */
export const bookinfo: Program = {
  name: 'examples-bookinfo-*',
  matches: (name) => image.test(imageName(name)),
  role: 'application',
  readyPort: meshPort,
  command: (context) => {
    const service = image.exec(imageName(context.container.image ?? ''))?.[1] ?? '';
    const program = fileURLToPath(beside(import.meta.url, `../../bookinfo/${service}.ts`));
    return { file: process.execPath, args: [program], env: bookinfoEnvironment(context) };
  },
};

/** What the programs are told beside the container's own environment: the way into the mesh and the faults. */
export function bookinfoEnvironment({ pod, address, options }: ContainerContext): Record<string, string> {
  const mesh = `http://${egressAddress(address)}:${meshPort}`;
  return {
    POD_NAME: pod.metadata?.name ?? '',
    POD_IP: address,
    SERVICE_VERSION: pod.metadata?.labels?.version ?? '',
    SLUICE_LAB_MESH: mesh,
    SLUICE_LAB_FAULTS: options.faultsFile,
    SLUICE_LAB_WORKLOAD: workloadOf(pod),
    http_proxy: mesh,
    HTTP_PROXY: mesh,
  };
}
