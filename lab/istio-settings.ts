/**
 * The `istioctl install --set` values that let upstream Envoys and an istiod on loopback serve.
 *
 * @param block - first two octets of the lab's addresses, such as `127.80`
 */
export function istioSettings(block: string): string[] {
  const webhooks = `https://${block}.0.1:15017`;
  return [...dataPlane, ...controlPlane, ...gateway, ...webhookUrls(webhooks)];
}

const dataPlane = [
  // No certificates reach the proxies here.
  'meshConfig.enableAutoMtls=false',
  // No iptables.
  'meshConfig.defaultConfig.interceptionMode=NONE',
  // Filters that upstream Envoy does not have: one of them makes it reject the whole listener.
  'values.telemetry.v2.prometheus.enabled=false',
  'values.pilot.env.PILOT_ENABLE_METADATA_EXCHANGE=false',
  'values.pilot.env.PILOT_ENABLE_ALPN_FILTER=false',
  // Probes go straight to the application's own address.
  'values.sidecarInjectorWebhook.rewriteAppHTTPProbe=false',
];

const controlPlane = [
  // istiod has the node's address, which two of them cannot share while one replaces the other.
  'values.pilot.rollingMaxSurge=0',
  'values.pilot.rollingMaxUnavailable=1',
];

/** Ports of the ingress gateway: without root nothing listens below 1024. */
const gatewayPorts = [
  { name: 'status-port', port: 15021 },
  { name: 'http2', port: 8080 },
  { name: 'https', port: 8443 },
];

const gateway = gatewayPorts.flatMap(({ name, port }, index) => {
  const path = `values.gateways.istio-ingressgateway.ports[${index}]`;
  return [`${path}.name=${name}`, `${path}.port=${port}`, `${path}.targetPort=${port}`];
});

function webhookUrls(address: string): string[] {
  return [
    `values.base.validationURL=${address}/validate`,
    `values.istiodRemote.injectionURL=${address}/inject`,
  ];
}
