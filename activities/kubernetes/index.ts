export { createClient, type ClusterClient } from './client.ts';
export { clientFor } from './connection.ts';
export * from './object.ts';
export { deploymentLack, explainDeployment, podsOf, podTroubles } from './deployment.ts';
export type { ExecResult, ExecTarget } from './exec.ts';
export { apiCode, isRetryable } from './failure.ts';
export { applyMarked, createdByAnnotation, currentMark, markOf } from './ownership.ts';
export { removeAll } from './remove.ts';
export { waitUntil, type Look } from './wait.ts';
