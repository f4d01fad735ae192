import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { ensureGatewayApi } from '../../../lab/toolchain/gateway-api.ts';
import { writeProgram } from '../support/fake-program.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';

const temporaryDirectory = useTemporaryDirectories();

it("the Gateway API's types come from the module that istiod is built with, and are kept", async () => {
  const directory = await temporaryDirectory();
  const standard = join(directory, 'sources', 'config', 'crd', 'standard');
  await mkdir(standard, { recursive: true });
  await writeFile(
    join(standard, 'gateway.networking.k8s.io_httproutes.yaml'),
    'kind: CustomResourceDefinition',
  );
  const env = { PATH: join(directory, 'bin'), XDG_CACHE_HOME: directory };
  await writeProgram(
    join(directory, 'bin', 'go'),
    `const words = process.argv.slice(2);
     if (words[0] === 'env') console.log('go1.26.8');
     else if (words.at(-1) !== 'sigs.k8s.io/gateway-api') process.exit(1);
     else console.log(JSON.stringify({ Dir: '${join(directory, 'sources')}' }));`,
  );
  const place = await ensureGatewayApi({ env });
  expect(await readdir(place)).toEqual(['gateway.networking.k8s.io_httproutes.yaml']);
  expect(await ensureGatewayApi({ env: { ...env, PATH: '' } })).toBe(place);
});
