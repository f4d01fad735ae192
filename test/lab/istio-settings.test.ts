import { expect, it } from '@jest/globals';
import { istioSettings } from '../../lab/istio-settings.ts';

const settings = istioSettings('127.80');

it("points the webhooks at the lab's own istiod", () => {
  expect(settings).toContain('values.base.validationURL=https://127.80.0.1:15017/validate');
  expect(settings).toContain('values.istiodRemote.injectionURL=https://127.80.0.1:15017/inject');
});

it('asks for no port that needs root', () => {
  const ports = settings.filter((setting) => /\.(port|targetPort)=/.test(setting));
  expect(ports).toHaveLength(6);
  for (const setting of ports) expect(Number(setting.split('=')[1])).toBeGreaterThan(1023);
});

it('gives every setting once, as key=value', () => {
  const keys = settings.map((setting) => setting.split('=')[0]);
  expect(new Set(keys).size).toBe(keys.length);
  for (const setting of settings) expect(setting).toMatch(/^[\w.[\]-]+=\S+$/);
});
