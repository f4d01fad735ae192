import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { prometheusPart } from '../../../lab/prometheus/part.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

const temporaryDirectory = useTemporaryDirectories();

describe('the lab’s Prometheus', () => {
  it('is configured to scrape the cluster’s proxies every second, in a file for its owner', async () => {
    const directory = join(await temporaryDirectory(), 'prometheus');
    const kubeconfig = '/lab/kubeconfig';
    const part = await prometheusPart({
      command: '/bin/prometheus',
      address: '127.63.0.1',
      directory,
      kubeconfig,
    });

    const file = join(directory, 'prometheus.yml');
    expect(part.args).toContain(`--config.file=${file}`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(parse(await readFile(file, 'utf8'))).toMatchObject({
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [
        {
          metrics_path: '/stats/prometheus',
          kubernetes_sd_configs: [{ role: 'pod', kubeconfig_file: kubeconfig }],
        },
      ],
    });
  });

  it('is not ready before it answers', async () => {
    const directory = await temporaryDirectory();
    const part = await prometheusPart({ command: '/p', address: '127.63.0.1', directory, kubeconfig: '/k' });
    await expect(part.probe()).rejects.toThrow('ECONNREFUSED');
  });
});
