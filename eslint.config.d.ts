import type { Linter } from 'eslint';

/** The rule that refuses shells; a test holds it to what it has to find. */
export declare const noShell: Linter.Config;
