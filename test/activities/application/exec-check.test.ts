import { ApplicationFailure } from '@temporalio/activity';
import { describe, expect, it } from '@jest/globals';
import { createApplicationActivities } from '../../../activities/application/index.ts';
import { bundleChecks } from '../../../domain/bundles.ts';
import { insideChecks, type ExecCheckSpec } from '../../../domain/spec/application.ts';
import type { ExecResult, KubeObject } from '../../../activities/kubernetes/index.ts';
import { activityEnvironment, asActivity } from '../support/activity.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { connection, pod } from '../support/objects.ts';

const input = { connection, namespace: 'shop', checks: insideChecks(bundleChecks.bookinfo) };
const title = '<title>Simple Bookstore App</title>';
const ratings = [pod('ratings', 'shop')];

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
    await expect(asActivity(check)).resolves.toBeUndefined();
    expect(client.log).toEqual(['exec shop/ratings-abc ratings: curl -sS productpage:9080/productpage']);
  });

  it('asks again until the mesh has its routes', async () => {
    const lost = ApplicationFailure.retryable('the connection was lost');
    const { client, check } = checkOn([answer('no healthy upstream'), lost, answer(title)]);
    await expect(asActivity(check)).resolves.toBeUndefined();
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
    ['no pod', [], [], 'no pod in shop has the labels app=ratings'],
  ])('says what came instead: %s', async (_title, answers, objects, missing) => {
    const { environment, heartbeats } = activityEnvironment();
    setTimeout(() => environment.cancel(), 1_200).unref();
    await expect(environment.run(checkOn(answers, objects).check)).rejects.toThrow('CANCELLED');
    expect(heartbeats.at(-1)).toBe(`page-in-the-mesh: ${missing}`);
  });
});

describe('an exec check', () => {
  const check: ExecCheckSpec = {
    kind: 'exec',
    name: 'version',
    pod: { app: 'shop', tier: 'web' },
    container: null,
    command: ['shop', '--version'],
    exitCode: 2,
    stdout: null,
    timeout: 1,
  };

  function make(change: Partial<ExecCheckSpec>, answers: ExecResult[], ...objects: KubeObject[]) {
    const client = new FakeCluster(...objects);
    client.execAnswers = answers;
    const { checkFromPod } = createApplicationActivities({ clients: () => client });
    const checks = [{ ...check, ...change }];
    return { client, made: asActivity(() => checkFromPod({ connection, namespace: 'shop', checks })) };
  }

  const web = pod('shop', 'shop');
  const labelled = { ...web, metadata: { ...web.metadata, labels: { app: 'shop', tier: 'web' } } };

  it('expects its exit code, and any output where none is said', async () => {
    await make({}, [answer('anything', 2)], labelled).made;
    await expect(make({}, [answer('anything', 0)], labelled).made).rejects.toMatchObject({
      type: 'CheckFailed',
      nonRetryable: true,
      message: expect.stringMatching(
        /^check version: timed out after 0 s waiting until shop --version in a pod with app=shop,tier=web ends with exit code 2: exit code 0: "anything"$/,
      ),
    });
  });

  it('needs a pod with all of its labels', async () => {
    await expect(make({}, [answer('', 2)], web).made).rejects.toThrow(
      'no pod in shop has the labels app=shop,tier=web',
    );
  });

  it('takes the container that it names, that the pod names, or the first that is no sidecar', async () => {
    const containers = [{ name: 'istio-proxy' }, { name: 'app' }, { name: 'log' }];
    const annotations = { 'kubectl.kubernetes.io/default-container': 'log' };
    const several = { ...labelled, spec: { containers } };
    const naming = { ...several, metadata: { ...several.metadata, annotations } };
    const taken = async (change: Partial<ExecCheckSpec>, object: KubeObject) => {
      const { client, made } = make(change, [answer('', 2)], object);
      await made;
      return client.log[0]?.split(' ')[2];
    };
    await expect(taken({}, several)).resolves.toBe('app:');
    await expect(taken({}, naming)).resolves.toBe('log:');
    await expect(taken({ container: 'istio-proxy' }, naming)).resolves.toBe('istio-proxy:');
  });
});
