/** How weights are given, and which routes they leave alone. */
import { defaultRouting } from '../../defaults.ts';
import { routeKinds, routingApis } from '../../routing.ts';
import { dnsLabel, line, listOf, mapping, oneOf, whole } from '../fields.ts';

const ignored = mapping('a route to leave alone', {
  kind: oneOf([...routeKinds, 'Service']),
  name: line('the name of an object'),
  namespace: dnsLabel.optional(),
  port: whole(1, 65_535).optional(),
}).superRefine(({ kind, port }, context) => {
  if ((kind === 'Service') === (port !== undefined)) return;
  const message =
    kind === 'Service'
      ? 'a Service is not left alone as a whole: name the port that is'
      : `port is for a Service: all routes of the ${kind} are left alone`;
  context.addIssue({ code: 'custom', path: ['port'], message });
});

export const routing = mapping('routing', {
  api: oneOf(routingApis).default(defaultRouting),
  ignore: listOf('routes to leave alone', ignored).default([]),
});
