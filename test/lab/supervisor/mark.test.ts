import { describe, expect, it } from '@jest/globals';
import { isMarked, markedProcesses, markVariable } from '../../../lab/supervisor/mark.ts';

const root = '/state/sluice/labs/default';

describe('the mark of a lab’s processes', () => {
  it.each([[`${markVariable}=${root}`], [`HOME=${root}/pods/default_reviews`]])('is %s', (entry) => {
    expect(isMarked(['PATH=/bin', entry], root)).toBe(true);
  });

  it.each([
    [''],
    [`${markVariable}=${root}-2`],
    [`${markVariable}=`],
    [`HOME=${root}`],
    [`HOME=${root}-2/pods/default_reviews`],
    [`KUBECONFIG=${root}/kubeconfig`],
    [`PWD=${root}/pods/default_reviews`],
  ])('is not %j', (entry) => {
    expect(isMarked(['PATH=/bin', entry], root)).toBe(false);
  });

  it.each(['', '/', '/home', 'labs/default', '/labs'])(
    'is not looked for with %j, which is no lab',
    (other) => {
      expect(() => markedProcesses(other)).toThrow('is not the directory of a lab');
    },
  );
});
