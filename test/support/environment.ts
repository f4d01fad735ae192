/** What every test's process, and the workers that it starts, are told by their environment. */
import { tmpdir } from 'node:os';
import { delimiter } from 'node:path';

// Kubeconfigs of tests are temporary files, or none; which ones a worker accepts has a test of its own.
process.env.SLUICE_KUBECONFIGS ??= [tmpdir(), '/nonexistent'].join(delimiter);
