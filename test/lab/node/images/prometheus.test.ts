import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { prometheus } from '../../../../lab/node/images/prometheus.ts';
import { container, context, nodeOptions } from '../support/fixtures.ts';

it("runs the lab's own Prometheus on the pod's address, over the lab's proxies", () => {
  const options = nodeOptions({ tools: { prometheus: '/tools/prometheus' } });
  const image = 'docker.io/prom/prometheus:v3.10.0';
  expect(prometheus.matches(image)).toBe(true);
  const {
    file,
    args,
    files = {},
  } = prometheus.command(context({ container: container({ image }), options }));
  expect(file).toBe('/tools/prometheus');
  expect(args).toContain('--web.listen-address=127.3.1.7:9090');
  expect(args).toContain('--config.file=/lab/pods/reviews/prometheus.yml');
  expect(parse(files['prometheus.yml'] ?? '')).toMatchObject({
    global: { scrape_interval: '15s' },
    scrape_configs: [{ kubernetes_sd_configs: [{ role: 'pod', kubeconfig_file: '/lab/kubeconfig' }] }],
  });
});
