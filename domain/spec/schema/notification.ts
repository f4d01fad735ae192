/** Who is told of what. */
import * as z from 'zod';
import { httpUrl } from '../addresses.ts';
import { type NotificationSpec, notifiedEvents } from '../document.ts';
import { listOf, mapping, oneOf } from '../fields.ts';

const variable = z.string({ error: 'the name of a variable' }).regex(/^[A-Za-z_][A-Za-z0-9_]{0,252}$/, {
  error: "the name of a variable of the worker's environment, such as SLACK_WEBHOOK",
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
