/** The workflows as the SDK loads them: bundled at start in a checkout, when it was built in the package. */
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleOption } from '@temporalio/worker';
import { beside } from '../domain/beside.ts';

/** The bundles that `npm run build` makes, beside the compiled worker: without and with what encrypts failures. */
const built = '../workflows.bundle.js';
const builtToEncrypt = '../workflows.encrypting.bundle.js';

/**
 * Bundles, or names the bundle that is there: compiled code runs where nothing may be written and little waited.
 * A bundle holds the failure converter that the worker's data converter has.
 */
export async function workflowBundle(converter: DataConverter): Promise<WorkflowBundleOption> {
  if (import.meta.url.endsWith('.js')) {
    const bundle = converter.failureConverterPath === undefined ? built : builtToEncrypt;
    return { codePath: fileURLToPath(new URL(bundle, import.meta.url)) };
  }
  const workflowsPath = fileURLToPath(beside(import.meta.url, '../workflows/index.ts'));
  return await bundleWorkflowCode({ ...converter, workflowsPath, logger: new DefaultLogger('WARN') });
}
