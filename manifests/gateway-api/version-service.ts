import type { Manifest } from '../manifest.ts';

interface Port {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

/** The Service of all versions, as far as that of one version follows from it. */
export interface WholeService {
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly Port[];
}

/** A Service that has just the pods of one version, at the ports of the Service of all versions. */
export function versionServiceManifest(
  name: string,
  namespace: string,
  { selector, ports }: WholeService,
  labels: Readonly<Record<string, string>>,
): Manifest & { readonly spec: WholeService } {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: { ...selector, ...labels }, ports: ports.map(portOf) },
  };
}

/** A node port is the other Service's alone. */
function portOf({ name, port, targetPort, protocol, appProtocol }: Port): Port {
  return {
    ...(name !== undefined && { name }),
    port,
    ...(targetPort !== undefined && { targetPort }),
    ...(protocol !== undefined && { protocol }),
    ...(appProtocol !== undefined && { appProtocol }),
  };
}

/** What Istio takes a port's protocol from: `http` of `http-web`, of `appProtocol: kubernetes.io/h2c` all of it. */
const otherProtocols = /^(tcp|udp|tls|https|mongo|mysql|redis)(-|$)/;

/** Whether requests to a port can be routed one by one: all but what says that it is something else than HTTP. */
export function isHttp({ name = '', protocol = 'TCP', appProtocol }: Port): boolean {
  return protocol === 'TCP' && !otherProtocols.test(appProtocol ?? name);
}
