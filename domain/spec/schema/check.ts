/** Checks that an application works. */
import * as z from 'zod';
import * as defaults from '../../defaults.ts';
import type { CheckSpec } from '../application.ts';
import { dnsLabel, duration, line, listOf, mapping, whole } from '../fields.ts';
import { jobTask, part } from './job-gate.ts';
import { labels } from './service.ts';

const timeout = duration(defaults.minCheckTimeout, defaults.maxCheckTimeout);

const expected = z
  .string({ error: 'text that the answer contains' })
  .min(1, { error: 'text that is not empty' });

const exec = mapping('a command in a pod', {
  pod: labels,
  container: dnsLabel.optional(),
  command: listOf('words of a command', part),
  exitCode: whole(0, 255).default(0),
  stdout: expected.optional(),
  timeout: timeout.default(defaults.defaultExecCheckTimeout),
});

const path = z.string({ error: 'a path, such as /productpage' }).regex(/^\/[^\s#]{0,2047}$/, {
  error: "a path that starts with '/', without spaces and '#'",
});

const host = line('the name of a host').regex(/^[A-Za-z0-9.:-]{1,253}$/, {
  error: 'the name of a host, such as shop.example',
});

const http = mapping('a request through the ingress gateway', {
  path,
  host: host.optional(),
  status: whole(100, 599).default(200),
  body: expected.optional(),
  timeout: timeout.default(defaults.defaultHttpCheckTimeout),
});

const kinds = ['exec', 'http', 'job'] as const;

const check = mapping('a check', {
  name: dnsLabel,
  exec: exec.optional(),
  http: http.optional(),
  job: jobTask.optional(),
})
  .superRefine((given, context) => {
    const named = kinds.filter((kind) => given[kind] !== undefined);
    if (named.length !== 1) context.addIssue({ code: 'custom', message: kindProblem(named) });
    if (given.job !== undefined && given.job.timeout > defaults.maxCheckTimeout)
      context.addIssue({
        code: 'custom',
        path: ['job', 'timeout'],
        message: 'is out of range, allowed is 1s to 15m',
      });
  })
  .transform(({ name, exec: command, http: request, job }): CheckSpec => {
    if (command !== undefined) {
      const { container = null, stdout = null, ...rest } = command;
      return { kind: 'exec', name, ...rest, container, stdout };
    }
    if (request !== undefined) {
      const { host: header = null, body = null, ...rest } = request;
      return { kind: 'http', name, ...rest, host: header, body };
    }
    return job === undefined ? z.NEVER : { kind: 'job', name, ...job };
  });

function kindProblem(named: readonly string[]): string {
  const what = named.length === 0 ? 'no kind is given' : `${named.join(' and ')} are given`;
  return `${what}, a check has exactly one of ${kinds.join(', ')}`;
}

/** Checks, each with a name of its own. */
export const checks = listOf('checks', check, 0).superRefine((list, context) => {
  list.forEach(({ name }, index) => {
    const first = list.findIndex((other) => other.name === name);
    if (first === index) return;
    const message = `check ${JSON.stringify(name)} is there twice, first as entry ${first + 1}: each needs a name of its own`;
    context.addIssue({ code: 'custom', path: [index, 'name'], message });
  });
});
