import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import jest from 'eslint-plugin-jest';
import prettier from 'eslint-config-prettier';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

/** What each room may import of the others; docs/architecture.md says why. */
const mayImport = {
  domain: [],
  manifests: ['domain'],
  workflows: ['domain'],
  downloads: ['domain'],
  access: ['domain'],
  encryption: ['domain'],
  activities: ['domain', 'manifests', 'downloads', 'access'],
  worker: ['domain', 'manifests', 'workflows', 'activities', 'encryption'],
  client: ['domain', 'workflows/messages.ts', 'encryption', 'access'],
  lab: ['domain', 'downloads'],
  bench: ['domain', 'manifests', 'workflows', 'activities', 'encryption', 'worker', 'client', 'lab'],
  deploy: [],
};

const rooms = Object.keys(mayImport);

/** Workflows may know the types of activities: that is how they are called. */
const typesOnly = { workflows: ['activities'] };

function boundary(room) {
  const patterns = rooms
    .filter((other) => other !== room && !mayImport[room].includes(other))
    .map((other) => {
      const open = mayImport[room].filter((path) => path.startsWith(`${other}/`));
      return {
        group: [`**/${other}/**`, `../${other}/**`, ...open.map((path) => `!**/${path}`)],
        message: `${room}/ may import ${mayImport[room].join(', ') || 'no other room'} (docs/architecture.md)`,
        allowTypeImports: typesOnly[room]?.includes(other) ?? false,
      };
    });
  return {
    files: [`${room}/**/*.ts`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
}

const shellMessage = 'no shell: give a program and its arguments apart, so that no value becomes a command';

/** Child processes are started by execa or spawn, with an array of arguments. */
export const noShell = {
  files: ['**/*.ts', '**/*.mjs'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: ['child_process', 'node:child_process'].map((name) => ({
          name,
          importNames: ['exec', 'execSync'],
          message: shellMessage,
        })),
      },
    ],
    'no-restricted-syntax': [
      'error',
      ...[
        "Property[key.name='shell']",
        "Property[key.value='shell']",
        'CallExpression[callee.name=/^(execaCommand|execaCommandSync|eval)$/]',
        "CallExpression[callee.type='MemberExpression'][callee.object.name=/^(childProcess|child_process|cp)$/][callee.property.name=/^exec(Sync)?$/]",
        "TaggedTemplateExpression[tag.name='$']",
        "NewExpression[callee.name='Function']",
      ].map((selector) => ({ selector, message: shellMessage })),
    ],
  },
};

/** Texts of others are matched in time that grows with their length: a quadratic pattern lets one stop a worker. */
export const linearTime = {
  files: ['**/*.ts', '**/*.mjs'],
  plugins: { regexp },
  rules: {
    'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
    'regexp/no-super-linear-move': ['error', { report: 'potential' }],
  },
};

export default defineConfig(
  { ignores: ['node_modules/', 'coverage/', 'dist/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  noShell,
  { ...linearTime, ignores: ['test/**'] },
  ...rooms.map(boundary),
  {
    files: ['activities/**/*.ts'],
    ignores: ['activities/time-limit.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'AbortSignal', property: 'timeout', message: 'timeLimit rounds and bounds it' },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly' } },
  },
  { files: ['test/**/*.ts'], ...jest.configs['flat/recommended'] },
  // Tests that several files run, or one file beside others on its lab.
  { files: ['test/e2e/suites/*.ts'], rules: { 'jest/no-export': 'off' } },
  prettier,
);
