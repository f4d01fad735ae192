import type { PrometheusSpec } from '../../../domain/spec/document.ts';
import { queryInstant, type Series } from '../prometheus.ts';
import { countersQuery, metricNames } from '../queries.ts';
import type { CounterReading, CounterSource } from './counter.ts';
import { hostsOf, readCounters, type Counted, type NamedSeries } from './read-counters.ts';

export interface PrometheusQuestion extends Counted {
  /** Null when none is known. */
  readonly prometheus: PrometheusSpec | null;
  /** Epoch ms; what was scraped before is not read. */
  readonly since: number;
  /** Whether histograms are wanted too. */
  readonly durations: boolean;
  /** Epoch ms. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * The counters as a Prometheus scraped them. A proxy counts from its first scrape after `since` on: what its counters
 * held when the weights came is not known better.
 */
export function createPrometheusCounters(question: PrometheusQuestion): CounterSource {
  const { prometheus, namespace, since, durations, now, signal } = question;
  const names = durations ? [metricNames.answers, metricNames.durations] : [metricNames.answers];
  return {
    async read(): Promise<CounterReading> {
      const at = now();
      const answers = await Promise.all(
        names.map(async (name) => {
          const query = countersQuery(name, hostsOf(question.services()), namespace, since);
          return { name, answer: await queryInstant({ prometheus, query, at, signal }) };
        }),
      );
      const samples: NamedSeries[] = [];
      for (const { name, answer } of answers) {
        // Half of the metrics is no reading: requests and bad ones would not belong together.
        if ('trouble' in answer) return { proxies: [], missed: [], trouble: answer.trouble };
        samples.push(...answer.series.map((series) => ({ ...series, name })));
      }
      return { proxies: byProxy(samples, question), missed: [], trouble: null };
    },
  };
}

function byProxy(samples: readonly NamedSeries[], counted: Counted): CounterReading['proxies'] {
  const groups = Map.groupBy(samples, ({ labels }) => instanceOf(labels));
  return [...groups].map(([proxy, own]) => ({
    proxy,
    isNew: false,
    counters: readCounters(own, counted),
  }));
}

/** The target that was scraped; nothing where all are one, as behind an aggregation. */
function instanceOf({ instance = '' }: Series['labels']): string {
  return instance;
}
