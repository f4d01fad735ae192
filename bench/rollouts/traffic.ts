/** Requests at a fixed rate, each of them kept, from where a caller in the mesh stands. */
import { podHeader } from '../../lab/bookinfo/serve.ts';
import { classifyByHeader, classifyGrpc } from '../../lab/load/classify.ts';
import { findIngressUrl } from '../../lab/load/ingress.ts';
import { startLoad, type LoadOptions, type LoadRun } from '../../lab/load/run.ts';
import type { Sample } from '../../lab/load/sample.ts';
import { findSidecarUrl } from '../../lab/load/sidecar.ts';

/**
 * What is called. `reviews`: the service itself through productpage's sidecar, each answer of which counts.
 * `grpc`: the same by gRPC calls.
 * `page`: productpage at the ingress, as people do; it asks reviews a second time when the first answer is an error.
 */
export type Path = 'reviews' | 'page' | 'grpc';

export class Traffic {
  readonly samples: Sample[];
  private readonly load: LoadRun;

  private constructor(samples: Sample[], load: LoadRun) {
    this.samples = samples;
    this.load = load;
  }

  /** @param timeout milliseconds after which a caller gives up */
  static async start(lab: string, rate: number, path: Path, timeout = 10_000): Promise<Traffic> {
    const samples: Sample[] = [];
    const onSample = (sample: Sample) => void samples.push(sample);
    return new Traffic(samples, startLoad({ ...(await targets[path](lab)), rate, onSample, timeout }));
  }

  /** Sends no more, and waits for what is open. */
  async stop(): Promise<void> {
    await this.load.stop();
  }
}

type Target = Pick<LoadOptions, 'url' | 'host' | 'headers' | 'classify'>;

const targets: Readonly<Record<Path, (lab: string) => Promise<Target>>> = {
  reviews: async (lab) => ({
    url: `${await findSidecarUrl(lab, 'productpage')}/reviews/0`,
    host: 'reviews:9080',
    classify: classifyByHeader(podHeader),
  }),
  grpc: async (lab) => ({
    url: `${await findSidecarUrl(lab, 'productpage')}/reviews/0`,
    host: 'reviews:9080',
    headers: { 'content-type': 'application/grpc' },
    classify: classifyGrpc(podHeader),
  }),
  page: async (lab) => ({ url: await findIngressUrl(lab) }),
};
