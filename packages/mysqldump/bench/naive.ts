/**
 * The reader one writes first: character by character over decoded text, a state and a buffer, its rows given to
 * a consumer one by one. With `--in-place` the rows are looked at where they are found, which no reader does.
 */
import { createReadStream } from 'node:fs';

let rows = 0;
let sum = 0;
let state: 'outside' | 'values' | 'row' = 'outside';
let statement = '';
let quoted = false;
let escaped = false;
let wasQuoted = false;
let value = '';
let row: (string | null)[] = [];
const inPlace = process.argv.includes('--in-place');
const found: (string | null)[][] = [];

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', 0: '\0', Z: '\x1a', b: '\b' };

function endValue(): void {
  row.push(!wasQuoted && value === 'NULL' ? null : value);
  value = '';
  wasQuoted = false;
}

function consume(values: readonly (string | null)[]): void {
  rows++;
  for (const one of values) if (one !== null) sum += one.length;
}

function character(c: string): void {
  if (quoted) {
    if (escaped) {
      value += escapes[c] ?? c;
      escaped = false;
    } else if (c === '\\') {
      escaped = true;
    } else if (c === "'") {
      quoted = false;
    } else {
      value += c;
    }
  } else if (state === 'row') {
    if (c === "'") {
      quoted = true;
      wasQuoted = true;
    } else if (c === ',') {
      endValue();
    } else if (c === ')') {
      endValue();
      state = 'values';
      if (inPlace) consume(row);
      else found.push(row);
      row = [];
    } else {
      value += c;
    }
  } else if (state === 'values') {
    if (c === '(') state = 'row';
    else if (c === ';') state = 'outside';
  } else if (c === ';' || c === '\n') {
    statement = '';
  } else {
    statement += c;
    if (statement.startsWith('INSERT INTO') && statement.endsWith(' VALUES')) {
      statement = '';
      state = 'values';
    }
  }
}

async function* read(path: string): AsyncGenerator<(string | null)[]> {
  for await (const chunk of createReadStream(path, 'utf8')) {
    for (const c of chunk as string) character(c);
    yield* found.splice(0);
  }
}

for await (const one of read(process.argv[2] ?? '')) consume(one);
process.stdout.write(
  `${JSON.stringify({ rows, sum, maxRssBytes: process.resourceUsage().maxRSS * 1024 })}\n`,
);
