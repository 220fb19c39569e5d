import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';
import { folderOf, layers, testExtras } from './layers.js';

/** Refuses an import that the table in layers.js does not allow, by name or by a path that leaves the package. */
const layerRule = (name, allowed) => [
  'error',
  {
    patterns: [
      {
        regex: `^@cutover/(?!(?:${[...allowed, name].join('|')})(?:$|/))`,
        message: `layers: ${name} may import only ${allowed.length > 0 ? allowed.join(', ') : 'nothing of this repository'} (see layers.js).`,
      },
      {
        regex: '^(\\.\\./)+(packages|apps|scripts)/',
        message: 'layers: import another package by its name, never by a path.',
      },
    ],
  },
];

export default tseslint.config(
  {
    ignores: ['**/node_modules/**', '**/.turbo/**', '**/.cutover/**', '**/test-results/**', '**/dist/**'],
  },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', Buffer: 'readonly', URL: 'readonly' },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  ...Object.entries(layers).flatMap(([name, allowed]) => {
    const inTests = [...allowed, ...(testExtras[name] ?? []), 'testkit'];
    return [
      {
        files: [`${folderOf(name)}/**/*.ts`],
        rules: { 'no-restricted-imports': layerRule(name, allowed) },
      },
      {
        files: [`${folderOf(name)}/{test,bench}/**/*.ts`],
        rules: { 'no-restricted-imports': layerRule(name, inTests) },
      },
    ];
  }),
  prettier,
);
