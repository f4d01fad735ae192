import { afterEach, describe, expect, it } from '@jest/globals';
import { checkPrometheus } from '../../../../activities/gates/preflight/check-prometheus.ts';
import type { GateSpec } from '../../../../domain/spec/document.ts';
import { asActivity } from '../../support/activity.ts';
import { startPrometheus, type FakePrometheus } from '../fake-prometheus.ts';
import { sampled } from '../samples/fixtures.ts';
import { jobGate } from '../../jobs/fixtures.ts';
import { badAnswers } from '../../../support/bad-answers.ts';

const rate: GateSpec = {
  ...sampled,
  name: 'rate',
  minRequests: 10,
  kind: 'successRate',
  ...badAnswers,
  min: 0.9,
};
const errors = (source: 'proxies' | 'prometheus'): GateSpec => ({
  ...sampled,
  name: source,
  kind: 'errors',
  ...badAnswers,
  allowed: 0.01,
  alpha: 0.01,
  minRequests: 10,
  source,
});

let server: FakePrometheus | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

describe('Prometheus', () => {
  it('that answers is fine', async () => {
    server = await startPrometheus(() => [[{}, '1']]);
    const { spec } = server;
    await expect(asActivity(() => checkPrometheus(spec, [rate]))).resolves.toEqual([]);
  });

  it('that does not is a warning that names the gates which wait for it, each once', async () => {
    server = await startPrometheus(() => ({ code: 503, body: 'starting' }));
    const { spec } = server;
    const gates = [rate, errors('proxies'), jobGate, errors('prometheus'), rate];
    await expect(asActivity(() => checkPrometheus(spec, gates))).resolves.toEqual([
      {
        isProblem: false,
        text: expect.stringMatching(
          /^rate, prometheus will be inconclusive until Prometheus answers: .* 503: starting$/,
        ),
      },
    ]);
  });

  it('that is not known is a warning, unless nobody needs it', async () => {
    await expect(asActivity(() => checkPrometheus(null, [rate]))).resolves.toMatchObject([
      { isProblem: false, text: expect.stringContaining('spec.metrics.prometheus.address') },
    ]);
    await expect(asActivity(() => checkPrometheus(null, [errors('proxies'), jobGate]))).resolves.toEqual([]);
  });
});
