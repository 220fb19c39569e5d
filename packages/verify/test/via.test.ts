import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addressOf, checkRedirects, readVia, type RowUrls } from '../src/index.ts';
import { serve } from './support/servers.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeEach(async () => {
  scratch = await scratchDir();
});
afterEach(() => scratch.remove());

function file(text: string): string {
  const path = join(scratch.dir, 'hosts');
  writeFileSync(path, text);
  return path;
}

describe('places of hosts', () => {
  it('are told by an address of the site itself, by name, and by a file', async () => {
    const via = await readVia([
      '192.0.2.1:81',
      'WWW.example.org=[2001:db8::1]:8443',
      file('# ours\n192.0.2.7\tone.example Two.example # both\n\n'),
    ]);
    const at = (name: string, isOwn = false) => addressOf(via, `https://${name}/x`, isOwn);
    expect(at('anything.example', true)).toBe('192.0.2.1:81');
    expect(at('anything.example')).toBeUndefined();
    expect([at('www.example.org', true), at('www.example.org')]).toEqual(Array(2).fill('[2001:db8::1]:8443'));
    expect([at('one.example'), at('TWO.example')]).toEqual(['192.0.2.7', '192.0.2.7']);
  });

  it.each([
    ['a name', () => ['example.org']],
    ['a name at no address', () => ['a.example=b.example']],
    ['two places of the site', () => ['192.0.2.1', '192.0.2.2']],
    ['two places of a host', () => ['a.example=192.0.2.1', file('192.0.2.2 a.example')]],
    ['a line without a name', () => [file('192.0.2.2')]],
    ['a line without an address', () => [file('a.example 192.0.2.2')]],
  ])('refuse %s', async (_name, given) => {
    await expect(readVia(given())).rejects.toMatchObject({ code: 'via-unreadable', exitCode: 64 });
  });

  it('hold for the site and for the hosts that it leads to', async () => {
    const other = await serve((request, response) =>
      response.end(request.headers.host === 'files.test' ? 'id-1' : 'no'),
    );
    const site = await serve((_request, response) =>
      response.writeHead(301, { location: 'http://files.test/new' }).end(),
    );
    async function* rows(): AsyncGenerator<RowUrls> {
      yield {
        row: 'a',
        urls: [{ url: '/old', rule: 'x', status: 301, location: 'http://files.test/new', marker: 'id-1' }],
      };
    }
    try {
      const via = await readVia([
        `moved.test=127.0.0.1:${site.port}`,
        file(`127.0.0.1:${other.port} files.test`),
      ]);
      expect(await checkRedirects('http://moved.test', rows(), { via })).toMatchObject({ outcome: 'holds' });
      expect(other.asked).toEqual(['/new']);
    } finally {
      await Promise.all([site.close(), other.close()]);
    }
  });
});
