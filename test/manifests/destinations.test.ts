import { describe, expect, it } from '@jest/globals';
import { splitOf } from '../../manifests/destinations.ts';

const to = (subset: string | undefined, weight?: number) => ({
  destination: { host: 'reviews', ...(subset === undefined ? {} : { subset }) },
  ...(weight === undefined ? {} : { weight }),
});

describe('how destinations split requests', () => {
  it('is by their weights, those of one subset together', () => {
    expect(splitOf([to('v1', 50), to('v2', 30), to('v1', 20)])).toEqual({ v1: 70, v2: 30 });
  });

  it('is all to the only one, whatever its weight', () => {
    expect(splitOf([to('v1')])).toEqual({ v1: 100 });
    expect(splitOf([to('v1', 7)])).toEqual({ v1: 100 });
    expect(splitOf([to('v1', 7), to('v2', 0), to('v3')])).toEqual({ v1: 100 });
  });

  it('has the empty name for all versions', () => {
    expect(splitOf([to(undefined)])).toEqual({ '': 100 });
  });
});
