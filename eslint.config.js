import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import jest from 'eslint-plugin-jest';
import prettier from 'eslint-config-prettier';
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
  ...rooms.map(boundary),
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly' } },
  },
  { files: ['test/**/*.ts'], ...jest.configs['flat/recommended'] },
  prettier,
);
