import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { request } from 'undici';
import { stringify } from 'yaml';
import { labPorts } from '../ports.ts';
import type { Part } from '../supervisor/part.ts';
import { prometheusConfiguration } from './configuration.ts';

/** What Prometheus is started with. */
export interface PrometheusOptions {
  readonly command: string;
  readonly address: string;
  /** Holds its configuration and its data. */
  readonly directory: string;
  readonly kubeconfig: string;
}

/** Longer than any hold people try in a lab, short enough to stay small at one scrape a second. */
const retention = '6h';

const answerTimeout = 5_000;

/** Where clients reach the lab's Prometheus. */
export function prometheusUrl(address: string): string {
  return `http://${address}:${labPorts.prometheus}`;
}

/** Writes the configuration and says how Prometheus is run on it. */
export async function prometheusPart(options: PrometheusOptions): Promise<Part> {
  const configurationFile = join(options.directory, 'prometheus.yml');
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  await writeFile(configurationFile, stringify(prometheusConfiguration(options.kubeconfig)), { mode: 0o600 });
  return {
    name: 'prometheus',
    command: options.command,
    args: prometheusArguments(options, configurationFile),
    probe: () => probeReady(`${prometheusUrl(options.address)}/-/ready`),
  };
}

/** Arguments of Prometheus. */
export function prometheusArguments(options: PrometheusOptions, configurationFile: string): string[] {
  return [
    `--config.file=${configurationFile}`,
    `--web.listen-address=${options.address}:${labPorts.prometheus}`,
    `--storage.tsdb.path=${join(options.directory, 'data')}`,
    `--storage.tsdb.retention.time=${retention}`,
    '--log.level=warn',
  ];
}

async function probeReady(url: string): Promise<void> {
  const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(answerTimeout) });
  const text = await body.text();
  if (statusCode !== 200)
    throw new Error(`${url} answers ${statusCode}: ${text.trim().replace(/\s+/g, ' ').slice(0, 200)}`);
}
