import { describe, expect, it } from '@jest/globals';
import { parseTextFormat } from '../../../activities/proxies/text-format.ts';

describe("Prometheus' text format", () => {
  it('is read with and without labels, past comments and empty lines', () => {
    const text = '# HELP a b\n# TYPE a counter\na 1\n\nb{} 2 1395066363000\nc{x="1",y="z",} 3.5\n';
    expect(parseTextFormat(text)).toEqual([
      { name: 'a', labels: {}, value: 1 },
      { name: 'b', labels: {}, value: 2 },
      { name: 'c', labels: { x: '1', y: 'z' }, value: 3.5 },
    ]);
  });

  it('may hold any character in a label', () => {
    const [series] = parseTextFormat(
      String.raw`a{n="outbound|80||x.y;",q="say \"hi\", a\\b\nc",b="} 7 {"} 1`,
    );
    expect(series).toEqual({
      name: 'a',
      labels: { n: 'outbound|80||x.y;', q: 'say "hi", a\\b\nc', b: '} 7 {' },
      value: 1,
    });
  });

  it.each([
    ['+Inf', Infinity],
    ['-Inf', -Infinity],
    ['NaN', NaN],
    ['1e3', 1000],
    ['77.25', 77.25],
  ])('reads the value %s', (text, value) => {
    expect(parseTextFormat(`a ${text}`)).toEqual([{ name: 'a', labels: {}, value }]);
  });

  it.each(['a', 'a{x="1"', 'a{x=1} 2', 'a{x="1" y="2"} 3', 'a b', '9a 1', 'upstream connect error'])(
    'is not read where it is broken: %s',
    (line) => {
      expect(() => parseTextFormat(`ok 1\n${line}\n`)).toThrow(JSON.stringify(line));
    },
  );

  it('is read when there is nothing', () => expect(parseTextFormat('\n')).toEqual([]));
});
