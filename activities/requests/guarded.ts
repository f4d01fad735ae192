/** Connections for the requests that specs ask for: the address that is connected to is the one that was checked. */
import { lookup as lookupByDns, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import {
  addressRefusal,
  type Destinations,
  destinationsVariable,
  hostRefusal,
  readDestinations,
} from './destinations.ts';

/** A request that the worker's settings do not let through. */
export class RefusedDestination extends Error {}

let kept: { readonly setting: string; readonly dispatcher: Dispatcher } | undefined;

/**
 * Connections for an address of a spec, kept for as long as the setting is the same.
 * @param env of the worker
 */
export function guardedDispatcher(env: NodeJS.ProcessEnv = process.env): Dispatcher {
  const setting = env[destinationsVariable] ?? '';
  if (kept?.setting !== setting) kept = { setting, dispatcher: guardedAgent(readDestinations(env)) };
  return kept.dispatcher;
}

/**
 * An agent that connects to allowed addresses alone.
 * @param destinations of the worker
 * @param tls options of its TLS connections
 * @param resolve finds the addresses of a host; DNS as the system has it by default
 */
export function guardedAgent(
  destinations: Destinations,
  tls: buildConnector.BuildOptions = {},
  resolve: Resolve = lookupByDns,
): Agent {
  const connect = buildConnector({ ...tls, lookup: guardedLookup(destinations, resolve) });
  return new Agent({
    connect: (options, done) => {
      // No lookup is made for an address.
      const reason = hostRefusal(destinations, options.hostname.replace(/^\[|\]$/g, ''));
      if (reason === null) connect(options, done);
      else done(new RefusedDestination(reason), null);
    },
  });
}

/** `dns.lookup`, or what a test has in its place. */
export type Resolve = (
  host: string,
  options: { readonly all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Finds addresses as `dns.lookup` does, all of which have to be allowed: one that is not may be the next that is tried.
 * @param destinations of the worker
 * @param resolve finds the addresses of a host
 */
export function guardedLookup(destinations: Destinations, resolve: Resolve = lookupByDns): LookupFunction {
  return (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        done(error, '');
        return;
      }
      const refusals = addresses.map(({ address }) => addressRefusal(destinations, host, address));
      const reason = refusals.find((one) => one !== null);
      if (reason !== undefined) {
        done(new RefusedDestination(reason), '');
        return;
      }
      const [first] = addresses;
      if (options.all === true) {
        done(null, addresses);
        return;
      }
      done(null, first?.address ?? '', first?.family ?? 0);
    });
  };
}
