import { ApplicationFailure } from '@temporalio/activity';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubeconfigError, loadKubeConfig as load, type KubeConfigSource } from '../../access/kubeconfig.ts';
import { FailureType } from '../../domain/failure.ts';

/** Loads a kubeconfig; one that leads nowhere is `InvalidTarget`, not retryable. */
export function loadKubeConfig(source: KubeConfigSource): KubeConfig {
  try {
    return load(source);
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error;
    throw ApplicationFailure.nonRetryable(error.message, FailureType.invalidTarget);
  }
}
