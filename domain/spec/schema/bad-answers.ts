/** Which answers a gate takes for a fault of the version that gave them. */
import * as z from 'zod';
import * as defaults from '../../defaults.ts';
import { listOf, whole } from '../fields.ts';

const codeForm = 'an HTTP status such as 429, or a class of them such as 5xx';

const code = z
  .union([z.string(), z.int()], { error: codeForm })
  .transform(String)
  .refine((text) => /^[1-5](\d\d|xx)$/.test(text), { error: codeForm });

/** gRPC has the statuses 0 to 16, and 0 is success. */
const status = whole(1, 16);

export const badAnswers = {
  codes: listOf('HTTP statuses', code).default([...defaults.defaultBadCodes]),
  statuses: listOf('gRPC statuses', status).default([...defaults.defaultBadStatuses]),
};
