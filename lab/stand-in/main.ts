/** The program of a stand-in: told by its environment which image it stands for, and where. */
import { serveStandIn } from './serve.ts';

const { SLUICE_LAB_IMAGE = '', SLUICE_LAB_ADDRESS = '127.0.0.1', SLUICE_LAB_PORTS = '' } = process.env;
const ports = SLUICE_LAB_PORTS.split(',').filter(Boolean).map(Number);

const served = await serveStandIn({ image: SLUICE_LAB_IMAGE, address: SLUICE_LAB_ADDRESS, ports });
console.log(`${served.text}; it listens on ${SLUICE_LAB_ADDRESS}, ports ${ports.join(', ')}`);
// A container without a port would end at once for want of anything to do.
const alive = setInterval(() => undefined, 60_000);
process.once('SIGTERM', () => {
  clearInterval(alive);
  void served.stop().then(() => process.exit(0));
});
