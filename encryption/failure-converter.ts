/**
 * Messages and stack traces of failures as payloads, so that codecs encrypt them too. Bundled with the workflows and
 * loaded by the SDK by its path, which is why it has a file of its own.
 */
import { DefaultFailureConverter } from '@temporalio/common';

export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
