import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
// @ts-expect-error a plain module of the lint configuration
import { folderOf, layers, testExtras } from '../../layers.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const table = layers as Record<string, string[]>;
const extras = testExtras as Record<string, string[] | undefined>;
const names = Object.keys(table);

async function breaches(folder: string, code: string): Promise<string[]> {
  const eslint = new ESLint({ cwd: root });
  const [result] = await eslint.lintText(code, { filePath: `${root}/${folder}/planted.ts` });
  return result!.messages
    .filter(({ ruleId }) => ruleId === 'no-restricted-imports')
    .map(({ message }) => message);
}

describe('layers', () => {
  it.each(names)('%s declares exactly the packages that its layer allows', (name) => {
    const manifest = JSON.parse(readFileSync(`${root}/${folderOf(name)}/package.json`, 'utf8')) as {
      dependencies?: Record<string, string>;
      devDependencies?: Record<string, string>;
    };
    const own = (dependencies: Record<string, string> = {}) =>
      Object.keys(dependencies).filter((dependency) => dependency.startsWith('@cutover/'));
    const short = (dependencies: string[]) =>
      dependencies.map((dependency) => dependency.slice('@cutover/'.length));
    expect(short(own(manifest.dependencies)).sort()).toEqual([...table[name]!].sort());
    const allowed = [...(extras[name] ?? []), 'testkit'];
    for (const dependency of short(own(manifest.devDependencies))) expect(allowed).toContain(dependency);
  });

  it('point down one way', () => {
    const visit = (name: string, path: string[]): void => {
      expect(path, `${path.join(' → ')} → ${name}`).not.toContain(name);
      for (const next of table[name]!) visit(next, [...path, name]);
    };
    for (const name of names) visit(name, []);
  });

  it.each([
    ['packages/core/src', "import '@cutover/records';"],
    ['packages/mysqldump/src', "import '@cutover/core';"],
    ['packages/verify/src', "import '@cutover/importer';"],
    ['packages/verify/src', "import '@cutover/mysqldump';"],
    ['packages/laddr/src', "import '@cutover/stores';"],
    ['packages/records/src', "import { x } from '../../../packages/stores/src/index.ts';"],
    ['packages/importer/src', "import '@cutover/laddr';"],
  ])('a breach planted in %s fails the lint: %s', async (folder, code) => {
    expect(await breaches(folder, code)).toHaveLength(1);
  });

  it.each([
    ['packages/importer/src', "import '@cutover/mysqldump';"],
    ['packages/importer/test', "import '@cutover/laddr';"],
  ])('an allowed import in %s passes: %s', async (folder, code) => {
    expect(await breaches(folder, code)).toEqual([]);
  });
});
