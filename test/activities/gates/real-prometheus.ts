import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { ensureTool } from '../../../lab/toolchain/ensure.ts';
import { freePorts } from '../../support/free-ports.ts';

/** A target with metrics, in Prometheus' text format. */
export async function startTarget(host: string, text: () => string) {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(text());
  });
  await listen(server, host);
  const { port } = server.address() as AddressInfo;
  return { address: `${host}:${port}`, close: async () => closeServer(server) };
}

/** A job that scrapes targets every second. */
export interface ScrapeJob {
  readonly job: string;
  readonly targets: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly relabel?: readonly Readonly<Record<string, unknown>>[];
}

/** The Prometheus of the lab's toolchain, by itself; `web` is its web configuration. */
export async function startRealPrometheus(jobs: readonly ScrapeJob[], web: object = {}) {
  const tool = await ensureTool('prometheus', { onProgress: () => undefined });
  const directory = await mkdtemp(join(tmpdir(), 'sluice-prometheus-'));
  const [port = 0] = await freePorts(1);
  await writeFile(join(directory, 'prometheus.yml'), stringify(configurationOf(jobs)));
  await writeFile(join(directory, 'web.yml'), stringify(web));
  const child = execa(tool, [
    `--config.file=${join(directory, 'prometheus.yml')}`,
    `--web.config.file=${join(directory, 'web.yml')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    '--log.level=error',
  ]);
  const ended = child.catch(() => undefined);
  return {
    host: `127.0.0.1:${port}`,
    close: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Asks again until the answer is what is wanted; gives the last one, or fails as the last try did. */
export async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  const limit = performance.now() + 30_000;
  for (;;) {
    const isLast = performance.now() > limit;
    try {
      const answer = await ask();
      if (wanted(answer) || isLast) return answer;
    } catch (error) {
      if (isLast) throw error;
    }
    await sleep(250);
  }
}

function configurationOf(jobs: readonly ScrapeJob[]) {
  return {
    global: { scrape_interval: '1s' },
    scrape_configs: jobs.map(({ job, targets, labels, relabel = [] }, index) => ({
      // Names are unique: what is scraped as the same job twice gets the name by relabelling.
      job_name: `${job}-${index}`,
      static_configs: [{ targets, labels: { ...labels } }],
      relabel_configs: [{ target_label: 'job', replacement: job }, ...relabel],
    })),
  };
}

async function listen(server: Server, host: string): Promise<void> {
  server.listen(0, host);
  await once(server, 'listening');
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
