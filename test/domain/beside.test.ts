import { describe, expect, it } from '@jest/globals';
import { beside } from '../../domain/beside.ts';

describe('a module beside another', () => {
  it('is TypeScript in a checkout', () => {
    expect(beside('file:///sluice/worker/serve.ts', '../lab/main.ts').href).toBe(
      'file:///sluice/lab/main.ts',
    );
  });

  it('is JavaScript in the package', () => {
    const from = 'file:///node_modules/sluice/dist/worker/serve.js';
    expect(beside(from, '../lab/main.ts').href).toBe('file:///node_modules/sluice/dist/lab/main.js');
  });
});
