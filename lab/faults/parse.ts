import { parseDuration } from '../../domain/duration.ts';
import { bookinfoWorkloads, callersOfRatings } from '../bookinfo/workloads.ts';
import { noFault, type Fault } from './fault.ts';
import { messageOf } from '../../domain/message-of.ts';

/** What to turn on, for which workload. */
export interface FaultChange {
  readonly workload: string;
  readonly fault: Fault;
}

const form =
  '<workload>=error:<0 to 1>,latency:<duration>,hang:<0 to 1>,grpc:<1 to 16>,refuse,crash,strict, or <workload>=none';

/** Reads `reviews-v3=error:0.5,latency:800ms,crash` or `reviews-v3=none`. Throws, saying what was given and is allowed. */
export function parseFault(given: string): FaultChange {
  const [, workload, settings] = /^([^=]+)=(.+)$/.exec(given) ?? [];
  if (workload === undefined || settings === undefined) {
    throw new Error(`fault '${given}' is not understood: give ${form}`);
  }
  if (!bookinfoWorkloads.includes(workload)) {
    throw new Error(
      `fault '${given}': no workload '${workload}': give one of ${bookinfoWorkloads.join(', ')}`,
    );
  }
  if (settings === 'none') return { workload, fault: noFault };
  const fault = parseSettings(settings, given);
  if (fault.strict === true && !callersOfRatings.includes(workload)) {
    throw new Error(
      `fault '${given}': strict is for callers of ratings: give one of ${callersOfRatings.join(', ')}`,
    );
  }
  return { workload, fault };
}

function parseSettings(settings: string, given: string): Fault {
  let fault: Fault = {};
  for (const setting of settings.split(',')) {
    const next = parseSetting(setting, given);
    const twice = Object.keys(next).some((key) => key in fault);
    if (twice)
      throw new Error(`fault '${given}' has '${setting}' although it was set before: give each once`);
    fault = { ...fault, ...next };
  }
  return fault;
}

function parseSetting(setting: string, given: string): Fault {
  const [kind, value] = splitOnce(setting);
  if (kind === 'error' && value !== undefined) return { error: parseRate('error', value, given) };
  if (kind === 'latency' && value !== undefined) return { latencyMs: parseLatency(value, given) };
  if (kind === 'hang' && value !== undefined) return { hang: parseRate('hang', value, given) };
  if (kind === 'grpc' && value !== undefined) return { grpc: parseStatus(value, given) };
  if (setting === 'refuse') return { refuse: true };
  if (setting === 'crash') return { crash: true };
  if (setting === 'strict') return { strict: true };
  throw new Error(
    `fault '${given}' has '${setting}': give error:<0 to 1>, latency:<duration>, hang:<0 to 1>, grpc:<1 to 16>, refuse, crash or strict, or none alone`,
  );
}

function splitOnce(setting: string): [string, string | undefined] {
  const colon = setting.indexOf(':');
  return colon < 0 ? [setting, undefined] : [setting.slice(0, colon), setting.slice(colon + 1)];
}

function parseRate(kind: string, value: string, given: string): number {
  const rate = /^(?:\d+|\d*\.\d+)$/.test(value) ? Number(value) : Number.NaN;
  if (rate >= 0 && rate <= 1) return rate;
  throw new Error(`fault '${given}' has ${kind} rate '${value}': give a number from 0 to 1, such as 0.5`);
}

function parseStatus(value: string, given: string): number {
  const status = /^\d{1,2}$/.test(value) ? Number(value) : Number.NaN;
  if (status >= 1 && status <= 16) return status;
  throw new Error(`fault '${given}' has gRPC status '${value}': give a number from 1 to 16, such as 14`);
}

function parseLatency(value: string, given: string): number {
  try {
    return parseDuration(value);
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(`fault '${given}' has latency '${value}': ${reason}`, { cause: error });
  }
}
