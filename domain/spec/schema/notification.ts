/** Who is told of what. */
import * as z from 'zod';
import { httpUrl } from '../addresses.ts';
import { type NotificationSpec, notifiedEvents } from '../document.ts';
import { listOf, mapping, oneOf } from '../fields.ts';

/** A prefix of their own: no document can have a request sent to what another variable of the worker holds. */
const variable = z.string({ error: 'the name of a variable' }).regex(/^SLUICE_NOTIFY_[A-Z0-9_]{1,200}$/, {
  error:
    "the name of a variable of the worker's environment that begins with SLUICE_NOTIFY_, such as SLUICE_NOTIFY_SLACK",
});

const notification = mapping('a notification', {
  url: httpUrl.optional(),
  urlFromEnv: variable.optional(),
  on: listOf('events', oneOf(notifiedEvents)).default([...notifiedEvents]),
})
  .superRefine(({ url, urlFromEnv }, context) => {
    if ((url === undefined) !== (urlFromEnv === undefined)) return;
    const what = url === undefined ? 'neither is given' : 'both are given';
    const message = `${what}, a notification has exactly one of url, urlFromEnv`;
    context.addIssue({ code: 'custom', message });
  })
  .transform(({ url, urlFromEnv = '', on }): NotificationSpec =>
    url === undefined ? { urlFromEnv, on } : { url, on },
  );

export const notifications = listOf('notifications', notification, 0);
