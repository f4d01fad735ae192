import { messageOf } from '../domain/message-of.ts';
import { ensureAddOns } from './toolchain/add-ons.ts';
import { ensureTools } from './toolchain/ensure.ts';

/** Istio's own tools, as a lab's cluster takes them. */
export interface IstioTools {
  /** Path of istioctl. */
  readonly istioctl: string;
  /** Directory of the manifests of Istio's add-ons; null where only istioctl is there. */
  readonly addOns: string | null;
}

type Progress = (line: string) => void;

/** Finds or makes them, whether or not a lab is up: what installed a mesh has to remove it too. */
export async function istioTools(onProgress: Progress): Promise<IstioTools> {
  const { istioctl } = await ensureTools(['istioctl'], { onProgress });
  return { istioctl, addOns: await findAddOns(onProgress) };
}

/** Directory of the manifests of the add-ons; null, with the reason told, where they cannot be had. */
export async function findAddOns(onProgress: Progress): Promise<string | null> {
  return await findManifests(ensureAddOns, onProgress);
}

/** A lab serves without them: a step that needs what they are about fails, and says so. */
export async function findManifests(
  ensure: typeof ensureAddOns,
  onProgress: Progress,
): Promise<string | null> {
  try {
    return await ensure({ onProgress });
  } catch (error) {
    onProgress(messageOf(error));
    return null;
  }
}
