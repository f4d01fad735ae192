/** Port of Envoy's admin interface, on the pod's address. */
export const adminPort = 15000;

/** Port at which a proxy shows Istio's metrics. */
export const metricsPort = 15090;
