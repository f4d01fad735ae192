/** What every test's process, and the workers that it starts, are told by their environment. */
import { tmpdir } from 'node:os';

// Kubeconfigs of tests are temporary files; which ones a worker accepts has a test of its own.
process.env.SLUICE_KUBECONFIGS ??= tmpdir();
