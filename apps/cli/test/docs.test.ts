import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { program } from '../src/main.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
].filter((page) => existsSync(join(root, page)));

const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** Command lines of the shell blocks, continued lines joined, comments and quotes' contents left out. */
function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/^```(?:sh|bash|console)\n([\s\S]*?)^```/gm)].map(([, block]) => block!);
  return blocks
    .flatMap((block) => block.replaceAll(/\\\n\s*/g, ' ').split('\n'))
    .map((line) =>
      line
        .replaceAll(/'[^']*'|"[^"]*"/g, 'QUOTED')
        .replace(/(^|\s)#.*$/, '')
        .trim(),
    )
    .filter((line) => /(^|\s)cutover /.test(line));
}

/** Words of a command line from `cutover` on, up to where the shell goes on with something else. */
function wordsOf(line: string): string[] {
  const own = line.slice(line.search(/(^|\s)cutover /)).trim();
  return own
    .split(/\s[|>&;<]|;|\)/, 1)[0]!
    .split(/\s+/)
    .slice(1);
}

function faultOf(top: Command, line: string): string | undefined {
  const words = wordsOf(line);
  let command = top;
  while (words.length > 0) {
    const next = command.commands.find((each) => each.name() === words[0]);
    if (next === undefined) break;
    command = next;
    words.shift();
  }
  // Some other command's options are told where it does not matter which.
  if (words[0] === '…') return undefined;
  if (command === top) return `no command ${words[0]}`;
  const known = new Set(command.options.flatMap(({ long, short }) => [long, short]));
  known.add('--help');
  const unknown = words
    .filter((word) => /^--?[a-z]/.test(word))
    .map((word) => word.split('=', 1)[0]!)
    .find((word) => !known.has(word));
  return unknown === undefined ? undefined : `${command.name()} has no ${unknown}`;
}

describe('the documentation', () => {
  let top: Command;
  beforeAll(async () => {
    top = await program(() => Promise.resolve());
  });

  it.each(pages)('%s: every command and option is one that there is', (page) => {
    const faults = commandsIn(textOf(page)).flatMap((line) => {
      const fault = faultOf(top, line);
      return fault === undefined ? [] : [`${fault}: ${line}`];
    });
    expect(faults).toEqual([]);
  });

  it('a command or option that is none would be seen', () => {
    expect(faultOf(top, 'cutover mailuot --send')).toMatch(/no command/);
    expect(faultOf(top, 'npx cutover mailout --sned')).toMatch(/no --sned/);
    expect(faultOf(top, 'cutover verify counts --nothing x | tee y')).toMatch(/no --nothing/);
    expect(faultOf(top, 'cutover verify counts --dump x | tee --append y')).toBeUndefined();
  });

  it('there are commands to look at', () => {
    expect(pages.flatMap((page) => commandsIn(textOf(page))).length).toBeGreaterThan(30);
  });

  it.each(pages)('%s: every link within the repository leads somewhere', (page) => {
    const text = textOf(page).replaceAll(/^```[\s\S]*?^```/gm, '');
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
    const broken = links.filter((link) => !/^[a-z]+:/.test(link) && !leads(page, link));
    expect(broken).toEqual([]);
  });
});

function leads(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? join(root, page) : resolve(root, dirname(page), path);
  if (relative(root, file).startsWith('..') || !existsSync(file)) return false;
  if (anchor === undefined || !file.endsWith('.md')) return true;
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /^#+ /.test(line))
    .some((line) => slugOf(line.replace(/^#+ /, '')) === anchor);
}

/** As the usual hosts make anchors of headings. */
const slugOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
