import { describe, expect, it } from '@jest/globals';
import { formatStatus } from '../../lab/status-text.ts';

const part = { name: 'etcd', pid: 7, uptimeSeconds: 3725, healthy: true, restarts: 0, message: '' };

describe('the status of a lab', () => {
  it('is a line when it is down', () => {
    const lab = {
      name: 'default',
      state: 'down',
      address: null,
      parts: [],
      pods: [],
      temporal: null,
    } as const;
    expect(formatStatus(lab)).toBe("lab 'default' is down\n");
  });

  it('shows parts and pods in columns, and what is wrong', () => {
    const text = formatStatus({
      name: 'default',
      state: 'degraded',
      address: '127.80.0.1',
      parts: [
        part,
        { ...part, name: 'node', pid: null, uptimeSeconds: null, healthy: false, message: 'not running' },
      ],
      pods: [{ namespace: 'default', name: 'a', phase: 'Running', ready: 1, containers: 2, address: null }],
      temporal: { address: '127.0.0.1:7233', ui: 'http://127.0.0.1:8233', pid: 8, serving: false },
    });
    expect(text.split('\n')).toEqual([
      "lab 'default' is degraded at 127.80.0.1",
      '',
      'temporal 127.0.0.1:7233, Web UI http://127.0.0.1:8233 (pid 8): does not answer',
      '',
      'PART  PID  UPTIME  HEALTH       RESTARTS',
      'etcd  7    1h2m    healthy      0',
      'node  -    -       not healthy  0         not running',
      '',
      'NAMESPACE  POD  READY  PHASE    ADDRESS',
      'default    a    1/2    Running  -',
      '',
    ]);
  });
});
