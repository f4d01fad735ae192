import { describe, expect, it } from '@jest/globals';
import { command } from '../../../../lab/node/images/command.ts';
import type { Container } from '../../../../lab/node/api/models.ts';
import { container, context } from '../support/fixtures.ts';

function commandLine(fields: Partial<Container>, env: Record<string, string> = {}) {
  return command.command(context({ container: container(fields), env }));
}

describe('a small image', () => {
  it('runs the command and the arguments it is given', () => {
    expect(commandLine({ image: 'busybox:1.37', command: ['sh', '-c'], args: ['exit 3'] })).toEqual({
      file: 'sh',
      args: ['-c', 'exit 3'],
      env: {},
    });
  });

  it('of Node runs the Node of the lab', () => {
    const given = { image: 'docker.io/library/node:24-alpine', command: ['node', '-e', '1'] };
    expect(commandLine(given)).toMatchObject({ file: process.execPath, args: ['-e', '1'] });
    expect(commandLine({ image: 'node' })).toMatchObject({ file: process.execPath, args: [] });
  });

  it('has the variables in its command filled in, as the kubelet does', () => {
    const given = { image: 'busybox', command: ['echo', '$(WHO) $(NOBODY) $$(WHO)'] };
    expect(commandLine(given, { WHO: 'reviews' }).args).toEqual(['reviews $(NOBODY) $(WHO)']);
  });
});
