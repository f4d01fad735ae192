import { ApplicationFailure } from '@temporalio/activity';
import { describe, expect, it } from '@jest/globals';
import { createApplicationActivities } from '../../../activities/application/index.ts';
import type { ExecResult, KubeObject } from '../../../activities/kubernetes/index.ts';
import { activityEnvironment, asActivity } from '../support/activity.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { connection, deployment, pod } from '../support/objects.ts';

const input = { connection, application: { bundle: 'bookinfo' }, namespace: 'shop' } as const;
const title = '<title>Simple Bookstore App</title>';
const ratings = [deployment('ratings-v1', 'shop'), pod('ratings-v1', 'shop')];

function answer(stdout: string, exitCode = 0, stderr = ''): ExecResult {
  return { stdout, stderr, exitCode };
}

function checkOn(answers: (ExecResult | Error)[], objects: KubeObject[] = ratings) {
  const client = new FakeCluster(...objects);
  client.execAnswers = answers;
  const { checkFromPod } = createApplicationActivities({ clients: () => client });
  return { client, check: () => checkFromPod(input) };
}

describe('checkFromPod', () => {
  it('asks productpage from the ratings pod', async () => {
    const { client, check } = checkOn([answer(`<html>${title}</html>`)]);
    await expect(asActivity(check)).resolves.toEqual({ title });
    expect(client.log).toEqual(['exec shop/ratings-v1-abc ratings: curl -sS productpage:9080/productpage']);
  });

  it('asks again until the mesh has its routes', async () => {
    const lost = ApplicationFailure.retryable('the connection was lost');
    const { client, check } = checkOn([answer('no healthy upstream'), lost, answer(title)]);
    await expect(asActivity(check)).resolves.toEqual({ title });
    expect(client.log).toHaveLength(3);
  });

  it.each([
    [
      'another page',
      [answer('<html>\n<title>Login</title></html>')],
      ratings,
      'the answer was "<title>Login</title>"',
    ],
    ['nothing', [answer('')], ratings, 'the answer was empty'],
    ['a failed command', [answer('', 7, 'curl: (7) refused')], ratings, 'exit code 7: "curl: (7) refused"'],
    ['no Deployment', [], [], 'there is no Deployment ratings-v1'],
    ['no pod', [], ratings.slice(0, 1), 'Deployment ratings-v1 has no pod'],
  ])('says what came instead: %s', async (_title, answers, objects, missing) => {
    const { environment, heartbeats } = activityEnvironment();
    setTimeout(() => environment.cancel(), 1_200).unref();
    await expect(environment.run(checkOn(answers, objects).check)).rejects.toThrow('CANCELLED');
    expect(heartbeats.at(-1)).toBe(missing);
  });
});
