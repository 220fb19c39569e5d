import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellQuoted } from '../src/index.ts';

it.each(['a/b.toml', '--x=1', '', "it's", '$HOME', 'a b', '`id`', '*', '\\', '"', 'é', 'a\nb', "''"])(
  'gives %j as a word that a shell reads as it is',
  (word) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellQuoted(word)}`], { encoding: 'utf8' })).toBe(word);
  },
);
