import { describe, expect, it } from '@jest/globals';
import { readWrites } from './run/audit.ts';

function event(fields: object): string {
  return JSON.stringify({
    auditID: 'one',
    stage: 'ResponseComplete',
    verb: 'patch',
    requestURI: '/apis/x/v1/namespaces/default/things/a?fieldManager=sluice&force=true',
    requestReceivedTimestamp: '2026-01-01T00:00:01.500000Z',
    responseStatus: { code: 200 },
    requestObject: { kind: 'Thing', spec: { size: 1 } },
    responseObject: { metadata: { generation: 3 } },
    ...fields,
  });
}

describe('the audit log', () => {
  it('gives the writes, each once, in the order in which they came in', () => {
    const log = [
      event({ stage: 'RequestReceived', responseStatus: undefined }),
      event({}),
      event({ auditID: 'two', requestReceivedTimestamp: '2026-01-01T00:00:01.000000Z', verb: 'delete' }),
    ].join('\n');

    expect(readWrites(`${log}\n`)).toMatchObject([
      { verb: 'delete', at: Date.parse('2026-01-01T00:00:01Z') },
      {
        verb: 'patch',
        path: '/apis/x/v1/namespaces/default/things/a',
        manager: 'sluice',
        code: 200,
        generation: 3,
        body: { spec: { size: 1 } },
      },
    ]);
  });

  it('shows a write whose server ended before it answered', () => {
    const [write] = readWrites(event({ stage: 'RequestReceived', responseStatus: undefined }));
    expect(write?.code).toBeNull();
  });

  it('gives no reads, no dry runs, no changes of subresources, and nothing for half a line', () => {
    const log = [
      event({ verb: 'get' }),
      event({ requestURI: '/api/v1/namespaces/default/services/a?fieldManager=sluice&dryRun=All' }),
      event({ objectRef: { subresource: 'status' } }),
      event({}).slice(0, 80),
    ].join('\n');
    expect(readWrites(log)).toEqual([]);
  });
});
