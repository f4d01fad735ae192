import { describe, expect, it } from '@jest/globals';
import { jobManifest, jobName } from '../../../activities/jobs/manifest.ts';
import { jobGate } from './fixtures.ts';

describe('the Job of a gate', () => {
  it('runs once, without a sidecar, for no longer than it may, and goes by itself', () => {
    expect(jobManifest({ ...jobGate, serviceAccount: 'checker' }, 'j', 'shop')).toEqual({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'j', namespace: 'shop', labels: { 'app.kubernetes.io/managed-by': 'sluice' } },
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: 90,
        ttlSecondsAfterFinished: 600,
        podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] },
        template: {
          metadata: {
            labels: { 'app.kubernetes.io/managed-by': 'sluice', 'sidecar.istio.io/inject': 'false' },
          },
          spec: {
            restartPolicy: 'Never',
            serviceAccountName: 'checker',
            containers: [
              {
                name: 'check',
                image: 'registry.example/checks:1.2',
                command: ['check', '--all'],
                env: [{ name: 'WHO', value: 'reviews' }],
                terminationMessagePolicy: 'FallbackToLogsOnError',
              },
            ],
          },
        },
      },
    });
  });

  it('leaves out what the gate leaves to the image and the namespace, and rounds its time up to seconds', () => {
    const spec = JSON.stringify(jobManifest({ ...jobGate, command: [], timeout: 1_001 }, 'j', 'shop').spec);
    expect(spec).not.toMatch(/serviceAccountName|command/);
    expect(spec).toContain('"activeDeadlineSeconds":2,');
  });
});

describe('the name of a Job', () => {
  it('can be read, is the same for the same run, and another for any other', () => {
    const name = jobName('Smoke test', ['run-1', 'canary', '2026-01-01']);
    expect(name).toMatch(/^sluice-smoke-test-[0-9a-f]{12}$/);
    expect(jobName('Smoke test', ['run-1', 'canary', '2026-01-01'])).toBe(name);
    const others = [
      jobName('Smoke-test', ['run-1', 'canary', '2026-01-01']),
      jobName('Smoke test', ['run-2', 'canary', '2026-01-01']),
      jobName('Smoke test', ['run-1', 'half', '2026-01-01']),
      jobName('Smoke test', ['run-1', 'canary', '2026-01-02']),
      jobName('Smoke test', ['run-1canary', '2026-01-01']),
    ];
    expect(new Set([name, ...others]).size).toBe(6);
  });

  it.each(['x'.repeat(200), '***', 'ümläute', '-a-', `${'a'.repeat(39)} b`])(
    'of gate %p is one that the API takes',
    (gate) => {
      const name = jobName(gate, []);
      expect(name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
      expect(name.length).toBeLessThanOrEqual(63);
    },
  );
});
