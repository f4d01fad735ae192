import type { Linter } from 'eslint';

/** The rule that refuses shells; a test holds it to what it has to find. */
export declare const noShell: Linter.Config;

/** The rules that refuse patterns of more than linear time; a test holds them to what they have to find. */
export declare const linearTime: Linter.Config;
