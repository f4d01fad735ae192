/** What gates have in common. */
import * as z from 'zod';
import * as defaults from '../../defaults.ts';
import { dnsLabel, duration, flag, listOf } from '../fields.ts';

const text = z.string({ error: 'text' });

/** Fields of every gate. */
export const gateBase = {
  name: dnsLabel,
  hosts: listOf('hosts', text).optional(),
  dryRun: flag.default(false),
  initialDelay: duration(0, defaults.maxInitialDelay).default(0),
};

export const gateInterval = duration(defaults.minGateInterval, defaults.maxGateInterval);

export const gateWindow = duration(defaults.minGateWindow, defaults.maxGateWindow);
