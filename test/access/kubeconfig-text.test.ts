import { expect, it } from '@jest/globals';
import { parseKubeconfig } from '../../access/kubeconfig-text.ts';

it.each(['- ', '[', '{a: ', '{"a":'])('a kubeconfig of %j, ever deeper, is refused in words', (part) => {
  expect(() => parseKubeconfig(part.repeat(20_000))).toThrow(/^it is (no kubeconfig|not valid YAML)/);
});
