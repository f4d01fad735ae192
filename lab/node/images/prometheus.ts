import { join } from 'node:path';
import { stringify } from 'yaml';
import { prometheusConfiguration } from '../../prometheus/configuration.ts';
import { toolPath } from '../options.ts';
import { imageName, type Program } from './program.ts';

const port = 9090;
const configurationFile = 'prometheus.yml';

/** As in the configuration that Istio's add-on brings. */
const scrapeInterval = '15s';

/**
 * Prometheus itself. Its own configuration has it find the API server by what a container is given; here it is the
 * lab's, which the metrics of upstream Envoys need besides.
 */
export const prometheus: Program = {
  name: 'prometheus',
  matches: (image) => imageName(image) === 'prometheus',
  role: 'task',
  command: ({ address, directory, options }) => ({
    file: toolPath(options, 'prometheus'),
    args: [
      `--config.file=${join(directory, configurationFile)}`,
      `--web.listen-address=${address}:${port}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      '--log.level=warn',
    ],
    env: {},
    files: { [configurationFile]: stringify(prometheusConfiguration(options.kubeconfig, scrapeInterval)) },
  }),
};
