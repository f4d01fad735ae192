import { messageOf } from '../../domain/message-of.ts';

/** A program the supervisor keeps running. */
export interface Part {
  /** Name in process records, in `lab status` and of its log file. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Returns when the part does its work; throws what it does not do yet. */
  readonly probe: () => Promise<void>;
}

/** What the part does not do yet; `undefined` when it is ready. */
export async function complaintOf(part: Part): Promise<string | undefined> {
  try {
    await part.probe();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
