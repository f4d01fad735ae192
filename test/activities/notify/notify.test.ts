import { afterEach, describe, expect, it } from '@jest/globals';
import { notify, type NotifyInput } from '../../../activities/notify/notify.ts';
import { notifiedEvents, type NotificationSpec } from '../../../domain/spec/document.ts';
import { activityEnvironment, asActivity } from '../support/activity.ts';
import { startReceiver, type Receiver } from '../support/receiver.ts';

const variable = 'SLUICE_NOTIFY_TEST';
const wrongVariable = 'SLUICE_NOTIFY_WRONG';
const goneVariable = 'SLUICE_NOTIFY_GONE';
const servers: Receiver[] = [];

afterEach(async () => {
  delete process.env.SLUICE_NOTIFY_TEST;
  delete process.env.SLUICE_NOTIFY_WRONG;
  delete process.env.SLUICE_NOTIFY_GONE;
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function receiver(status = 200): Promise<Receiver> {
  const server = await startReceiver((response) => response.writeHead(status).end('ok'));
  servers.push(server);
  return server;
}

function inputOf(notifications: NotificationSpec[], change: Partial<NotifyInput> = {}): NotifyInput {
  return {
    notifications,
    event: 'inconclusive',
    rollout: 'rollout/lab/default/reviews',
    stage: 'canary',
    message: 'too few\n requests',
    ...change,
  };
}

describe('a receiver', () => {
  it('is told what happened, and chat receivers get one line', async () => {
    const { address, received } = await receiver();
    const input = inputOf([{ url: `${address}/hook`, on: notifiedEvents }]);
    await expect(asActivity(() => notify(input), 'run-7')).resolves.toEqual({ failed: [] });
    expect(received).toEqual([
      {
        method: 'POST',
        path: '/hook',
        contentType: 'application/json',
        body: {
          event: 'inconclusive',
          workflowId: 'rollout/lab/default/reviews',
          runId: 'run-7',
          stage: 'canary',
          message: 'too few\n requests',
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          text: 'rollout/lab/default/reviews, stage canary: inconclusive: too few requests',
        },
      },
    ]);
  });

  it('is not told of what it did not ask for', async () => {
    const { address, received } = await receiver();
    await asActivity(() => notify(inputOf([{ url: address, on: ['promoted', 'failed'] }])));
    expect(received).toEqual([]);
    const promoted = inputOf([{ url: address, on: ['promoted'] }], { event: 'promoted', stage: null });
    await asActivity(() => notify(promoted));
    expect(received).toMatchObject([
      { body: { stage: null, text: 'rollout/lab/default/reviews: promoted: too few requests' } },
    ]);
  });

  it('may have its address in the environment of the worker, which is not repeated', async () => {
    const { address, received } = await receiver(403);
    process.env[variable] = `${address}/secret`;
    const input = inputOf([{ urlFromEnv: variable, on: notifiedEvents }]);
    await expect(asActivity(() => notify(input))).resolves.toEqual({
      failed: [{ url: `$${variable}`, reason: 'it answered 403' }],
    });
    expect(received).toMatchObject([{ path: '/secret' }]);
  });
});

describe('a receiver that cannot be told', () => {
  it('is an answer, and keeps no other from being told', async () => {
    const gone = await receiver();
    await gone.close();
    servers.splice(servers.indexOf(gone), 1);
    const moved = await receiver(302);
    const well = await receiver();
    process.env[goneVariable] = `${gone.address}/secret`;
    process.env[wrongVariable] = 'no address';
    const on = notifiedEvents;
    const input = inputOf([
      { url: gone.address, on },
      { url: 'http://169.254.169.254/latest', on },
      { urlFromEnv: goneVariable, on },
      { url: moved.address, on },
      { url: well.address, on },
      { urlFromEnv: variable, on },
      { urlFromEnv: wrongVariable, on },
    ]);
    const { failed } = await asActivity(() => notify(input));
    expect(failed).toEqual([
      { url: gone.address, reason: expect.stringContaining('ECONNREFUSED') },
      {
        url: 'http://169.254.169.254/latest',
        reason: 'the worker refuses 169.254.169.254, an address of link-local or metadata services',
      },
      { url: `$${goneVariable}`, reason: 'no connection (ECONNREFUSED)' },
      { url: moved.address, reason: 'it answered 302' },
      { url: `$${variable}`, reason: `$${variable} is not set in the environment of the worker` },
      { url: `$${wrongVariable}`, reason: 'its address is none: it must be http:// or https://' },
    ]);
    expect(well.received).toHaveLength(1);
  });

  it('does not keep a cancelled activity', async () => {
    const silent = await startReceiver(() => undefined);
    servers.push(silent);
    const { environment } = activityEnvironment();
    setTimeout(() => environment.cancel(), 20);
    const input = inputOf([{ url: silent.address, on: notifiedEvents }]);
    await expect(environment.run(() => notify(input))).rejects.toThrow('CANCELLED');
  });
});
