/** Unit tests mirror the folders; `test/e2e/` runs whole rollouts on the lab. */
export default {
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
      },
    ],
  },
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/support/environment.ts'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // What runs against AWS costs money: only on request (CONTRIBUTING.md).
  testPathIgnorePatterns:
    process.env.SLUICE_E2E_AWS === '1' ? [] : ['/node_modules/', '/test/e2e/aws.test.ts'],
  // Ends what hangs; how fast a machine is says nothing about the code (one that labs share takes 20 s to start a Python).
  testTimeout: 60_000,
  // End-to-end files beside unit tests: what waits for a cluster leaves its core to the others.
  runner: '<rootDir>/test/support/runner.ts',
  // Processes of unit tests; `-i` runs all in one.
  maxWorkers: 2,
  // What a test file has loaded as ES modules stays with its process (Jest's modules of node:vm): some 300 files exceed a heap,
  // and long before that it is collected for seconds at a time.
  workerIdleMemoryLimit: '500MB',
};
