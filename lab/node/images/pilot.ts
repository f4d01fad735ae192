import { nodeAddress } from '../addresses.ts';
import { toolPath } from '../options.ts';
import { imageName, type ContainerContext, type Program } from './program.ts';

/** Flags of the Deployment that would open a port on every address, or that the lab sets itself. */
const ownFlags =
  /^--(monitoringAddr|grpcAddr|secureGRPCAddr|httpAddr|httpsAddr|ctrlz_address|kubeconfig)(=|$)/;

/** istiod. */
export const pilot: Program = {
  name: 'pilot',
  matches: (image) => imageName(image) === 'pilot',
  role: 'control',
  command: (context) => ({
    file: toolPath(context.options, 'pilot-discovery'),
    args: pilotArguments(context),
    // The name in istiod's certificate that the webhooks' URLs use.
    env: { ISTIOD_CUSTOM_HOST: nodeAddress(context.options.block) },
  }),
};

function pilotArguments({ container, options }: ContainerContext): string[] {
  const address = nodeAddress(options.block);
  const given = (container.args ?? []).filter((argument) => !ownFlags.test(argument));
  return [
    ...(given.length > 0 ? given : ['discovery']),
    `--kubeconfig=${options.kubeconfig}`,
    `--grpcAddr=${address}:15010`,
    `--secureGRPCAddr=${address}:15012`,
    `--httpAddr=${address}:8080`,
    `--httpsAddr=${address}:15017`,
    `--monitoringAddr=${address}:15014`,
    `--ctrlz_address=${address}`,
  ];
}
