/** What is fuzzed: a parser that gives an answer, or says in words of its own why it cannot. */
export interface Target {
  readonly name: string;
  /** Right documents of its format. */
  readonly seeds: readonly string[];
  /** Reads a text; throws where the parser does what it must not. */
  readonly run: (text: string) => unknown;
}

/** Calls a parser that may refuse a text, by errors with these names alone. */
export function refusing(names: readonly string[], parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Error && names.includes(error.name)) return bounded(error.message, longestMessage);
    throw error;
  }
}

/** Characters of a message: all of them go through a history. */
export const longestMessage = 4_000;

/** Fails on a text that is longer than all that reads it can bear. */
export function bounded(text: string, most: number): string {
  if (text.length <= most) return text;
  throw new Error(`a message of ${text.length} characters: ${text.slice(0, 200)}`);
}

/** The characters of an answer, at most so many. */
export function boundedAnswer(answer: unknown, most: number): void {
  bounded(JSON.stringify([answer]), most);
}
