import { describe, expect, it } from '@jest/globals';
import { parseFault } from '../../../lab/faults/parse.ts';

describe('parseFault', () => {
  it.each([
    ['reviews-v3=error:0.5', { error: 0.5 }],
    ['reviews-v3=error:1', { error: 1 }],
    ['reviews-v3=error:.25', { error: 0.25 }],
    ['reviews-v3=latency:800ms', { latencyMs: 800 }],
    ['reviews-v3=crash', { crash: true }],
    ['reviews-v3=strict', { strict: true }],
    ['reviews-v3=error:0.5,latency:1s,crash', { error: 0.5, latencyMs: 1000, crash: true }],
    ['reviews-v3=none', {}],
  ])('understands %s', (given, fault) => {
    expect(parseFault(given)).toEqual({ workload: 'reviews-v3', fault });
  });

  it.each([
    ['reviews-v3', "fault 'reviews-v3' is not understood: give <workload>=error:<0 to 1>"],
    ['=crash', "fault '=crash' is not understood"],
    ['reviews-v3=', "fault 'reviews-v3=' is not understood"],
    ['reviews-v9=crash', "no workload 'reviews-v9': give one of productpage-v1, details-v1"],
    ['reviews-v3=error:2', "has error rate '2': give a number from 0 to 1, such as 0.5"],
    ['reviews-v3=error:-1', "has error rate '-1'"],
    ['reviews-v3=error:', "has error rate ''"],
    ['reviews-v3=error:0x1', "has error rate '0x1'"],
    ['reviews-v3=latency:fast', "has latency 'fast'"],
    ['reviews-v3=latency:-1s', "has latency '-1s'"],
    [
      'reviews-v3=explode',
      "has 'explode': give error:<0 to 1>, latency:<duration>, hang:<0 to 1>, grpc:<1 to 16>, refuse, crash or strict, or none alone",
    ],
    ['reviews-v1=strict', 'strict is for callers of ratings: give one of reviews-v2, reviews-v3'],
    ['reviews-v3=hang:2', "has hang rate '2'"],
    ['reviews-v3=grpc:17', "has gRPC status '17': give a number from 1 to 16"],
    ['reviews-v3=crash:yes', "has 'crash:yes'"],
    ['reviews-v3=error', "has 'error'"],
    ['reviews-v3=error:0.5,none', "has 'none'"],
    ['reviews-v3=error:0.5,', "has ''"],
    ['reviews-v3=error:0.5,error:0.6', "has 'error:0.6' although it was set before: give each once"],
  ])('refuses %s', (given, message) => {
    expect(() => parseFault(given)).toThrow(message);
  });
});
