import { ApplicationFailure } from '@temporalio/activity';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubeconfigError, loadKubeConfig as load, type KubeConfigSource } from '../../access/kubeconfig.ts';
import { FailureType } from '../../domain/failure.ts';
import { requireAccepted } from './accepted-kubeconfigs.ts';

/** Loads a kubeconfig; one that leads nowhere, or that the worker does not accept, is `InvalidTarget`, not retryable. */
export function loadKubeConfig(source: KubeConfigSource): KubeConfig {
  requireAccepted(source.kubeconfig);
  try {
    return load(source);
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error;
    throw ApplicationFailure.nonRetryable(error.message, FailureType.invalidTarget);
  }
}
