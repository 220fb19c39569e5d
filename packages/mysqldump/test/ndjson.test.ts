import { expect, it } from 'vitest';
import { readDump, rowsAsNdjson } from '../src/index.ts';
import { inChunks } from './support/read.ts';
import { sampleDump } from './support/sample.ts';

async function lines(dump: string | Buffer): Promise<unknown[]> {
  let text = '';
  for await (const chunk of rowsAsNdjson(readDump(inChunks(Buffer.from(dump as string), 999)))) {
    expect(chunk.endsWith('\n')).toBe(true);
    text += chunk;
  }
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
}

it('columns before rows, bytes as base64, the database where the dump names one', async () => {
  const [people, ann, bob] = await lines(sampleDump);
  expect(people).toEqual({
    database: 'sample',
    table: 'people',
    columns: [
      { name: 'id', type: 'int(10) unsigned', encoding: 'text' },
      { name: 'name', type: 'varchar(100)', encoding: 'text' },
      { name: 'about', type: 'text', encoding: 'text' },
      { name: 'photo', type: 'blob', encoding: 'base64' },
      { name: 'flags', type: 'bit(4)', encoding: 'base64' },
      { name: 'upper', type: 'varchar(100)', encoding: 'text' },
    ],
  });
  expect(ann).toEqual({
    database: 'sample',
    table: 'people',
    row: {
      id: '1',
      name: 'Ann',
      about: `It's -- no comment; "really"\nline two`,
      photo: null,
      flags: 'BQ==',
    },
  });
  expect(bob).toMatchObject({
    row: { about: '東京 café 🚲', photo: Buffer.from("\0\\'raw").toString('base64') },
  });
});

it('rows are arrays where there is no CREATE TABLE, tables without rows get their line', async () => {
  expect(await lines("CREATE TABLE e (a int);INSERT INTO t VALUES (1,x'ff');")).toEqual([
    { table: 't' },
    { table: 't', row: ['1', { base64: '/w==' }] },
    { table: 'e', columns: [{ name: 'a', type: 'int', encoding: 'text' }] },
  ]);
});
