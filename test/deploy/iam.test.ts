import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { neededActions } from '../../activities/cluster/eks/preflight/needed-actions.ts';

interface Policy {
  readonly Statement: readonly { readonly Effect: string; readonly Action: string | readonly string[] }[];
}

/** What a managed policy of IAM may hold, in characters without white space. */
const longest = 6_144;

async function policy(name: string): Promise<Policy> {
  const url = new URL(`../../deploy/iam/${name}.json`, import.meta.url);
  return JSON.parse(await readFile(url, 'utf8')) as Policy;
}

async function actionsOf(name: string): Promise<string[]> {
  return (await policy(name)).Statement.flatMap(({ Action }) => Action);
}

describe('the policies in deploy/iam', () => {
  it.each(['create', 'operate'])('%s is short enough, and gives no service as a whole', async (name) => {
    expect(JSON.stringify(await policy(name)).length).toBeLessThan(longest);
    for (const action of await actionsOf(name))
      expect(action).toMatch(/^[a-z0-9]+:([A-Z][A-Za-z]+|Describe\*)$/);
  });

  it('create holds what the preflight asks for', async () => {
    const identity = {
      account: '111122223333',
      arn: 'arn:aws:iam::111122223333:user/ada',
      region: 'us-west-1',
    };
    const needed = neededActions('ekslab', identity).flatMap(({ actions }) => actions);
    expect(await actionsOf('create')).toEqual(expect.arrayContaining(needed));
  });

  it('operate changes nothing', async () => {
    for (const action of await actionsOf('operate')) expect(action).toMatch(/:(Describe|Get|List)/);
  });
});
