/** Every parser that is fuzzed. */
import { answerTargets } from './answers.ts';
import { documentTargets } from './documents.ts';
import type { Target } from './target.ts';

export const targets: readonly Target[] = [...documentTargets, ...answerTargets];
