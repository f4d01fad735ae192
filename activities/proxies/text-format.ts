import type { NamedSeries } from '../gates/counters/read-counters.ts';

/** A line with a sample: name, labels, value, and perhaps a time. A value holds no brace, a label may. */
const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const labelPair = /\s*([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\["\\n])*)"\s*(?:,\s*|$)/y;
const escapes = /\\(["\\n])/g;

const infinities: Readonly<Record<string, number>> = { '+Inf': Infinity, '-Inf': -Infinity };

/**
 * Reads Prometheus' text format, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats), as Envoy's
 * `stats/prometheus` writes it.
 * @throws SyntaxError that quotes the first line that is none of it: half an answer is no reading
 */
export function parseTextFormat(text: string): NamedSeries[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parseSample);
}

function parseSample(line: string): NamedSeries {
  const [, name, labels = '', value] = sampleLine.exec(line) ?? [];
  if (name === undefined || value === undefined) throw malformed(line);
  return { name, labels: parseLabels(labels, line), value: parseValue(value, line) };
}

function parseLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  labelPair.lastIndex = 0;
  for (let at = 0; at < text.length; at = labelPair.lastIndex) {
    const [, name, value] = labelPair.exec(text) ?? [];
    if (name === undefined || value === undefined) throw malformed(line);
    labels[name] = value.replace(escapes, (_, escaped) => (escaped === 'n' ? '\n' : String(escaped)));
  }
  return labels;
}

function parseValue(text: string, line: string): number {
  const value = infinities[text] ?? Number(text);
  if (Number.isNaN(value) && text !== 'NaN') throw malformed(line);
  return value;
}

function malformed(line: string): SyntaxError {
  return new SyntaxError(`${JSON.stringify(line.slice(0, 200))} is no sample in Prometheus' text format`);
}
