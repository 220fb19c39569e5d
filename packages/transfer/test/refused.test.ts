import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { deflateRawSync } from 'node:zlib';
import type { CutoverError } from '@cutover/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { receive, type ReceiveOptions } from '../src/receive/receive.ts';
import { FrameWriter } from '../src/wire/frame-writer.ts';
import { beginPayload, endPayload } from '../src/wire/file-frames.ts';
import { frame, protocolVersion } from '../src/wire/frames.ts';
import { type Host, host } from './support/pair.ts';

/** A receiver and a sender that says what it likes. */
let at: Host;
beforeEach(() => (at = host()));
afterEach(() => at.remove());

type Line = [string, string, number, number, number, string, string, number, 0 | 1, string, string | null];
const entry = (path: string, type = 'f', sizeBytes = 0, link = ''): Line => [
  path,
  type,
  0o644,
  0,
  0,
  '1000000000',
  '1000000000',
  sizeBytes,
  0,
  link,
  null,
];

const hello = {
  type: 'hello',
  protocol: protocolVersion,
  version: '0',
  move: 'm1',
  site: 'shop',
  replace: false,
};

async function told(
  say: (writer: FrameWriter) => void,
  options: Partial<ReceiveOptions> = {},
): Promise<CutoverError> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  output.resume();
  const writer = new FrameWriter(input);
  const received = receive({ root: at.root, version: '0', input, output, ...options });
  say(writer);
  await writer.flush();
  input.end();
  return received.then(
    () => expect.fail('it was not refused'),
    (error: unknown) => error as CutoverError,
  );
}

function entries(...lines: Line[]): (writer: FrameWriter) => void {
  return (writer) => {
    void writer.putJson(frame.message, hello);
    void writer.putJson(frame.message, { type: 'pass', pass: 1 });
    void writer.put(frame.entries, Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n')));
  };
}

describe('a sender that is not to be trusted', () => {
  it.each([
    ['a name that leaves the folder', [entry('../x')]],
    ['an absolute name', [entry('/etc/cron.d/x')]],
    ['a file in a link', [entry('a', 'l', 0, '/etc'), entry('a/x')]],
    ['a file in no folder', [entry('a/x')]],
    ['a file in a file', [entry('a'), entry('a/x')]],
    ['names out of their order', [entry('b', 'd'), entry('a', 'd')]],
    ['a name twice', [entry('b', 'd'), entry('b', 'l', 0, '/etc')]],
    ['a further name of what is elsewhere', [entry('a', 'l', 0, '/etc'), entry('b', 'h', 0, 'a/passwd')]],
    ['a further name that leaves the folder', [entry('b', 'h', 0, '../../outside')]],
    ['a device', [entry('a', 'b')]],
    [
      'a mode that is none',
      [[...entry('a').slice(0, 2), 0o100000, ...entry('a').slice(3)] as unknown as Line],
    ],
  ])('%s is refused', async (_, lines) => {
    writeFileSync(join(at.dir, 'outside'), 'secret');
    const error = await told(entries(...lines));
    expect(['entry-refused', 'protocol']).toContain(error.code);
    expect(readdirSync(at.root)).toEqual(['.cutover-transfer']);
  });

  it('cannot have a name outside removed by what it once sent', async () => {
    mkdirSync(join(at.dir, 'victim'));
    writeFileSync(join(at.dir, 'victim/x'), 'mine');
    await told((writer) => {
      entries(entry('a', 'd'), entry('a/x'))(writer);
      void writer.put(frame.fileBegin, beginPayload(0));
      void writer.put(frame.fileEnd, endPayload({ digest: '00000000', state: 'whole' }));
      void writer.putJson(frame.message, { type: 'pass-end' });
      void writer.putJson(frame.message, { type: 'pass', pass: 2 });
      void writer.put(frame.entries, Buffer.from(JSON.stringify(entry('a', 'l', 0, join(at.dir, 'victim')))));
      void writer.putJson(frame.message, { type: 'pass-end' });
      void writer.putJson(frame.message, { type: 'no such message' });
    });
    expect(readdirSync(join(at.staging, 'tree'))).toEqual(['a']);
    expect(existsSync(join(at.dir, 'victim/x'))).toBe(true);
  });

  it('cannot send more than it announced, by data or by holes', async () => {
    for (const [kind, payload] of [
      [frame.data, Buffer.alloc(11)],
      [frame.hole, Buffer.from('0000ffffffffffff', 'hex')],
    ] as const) {
      const error = await told((writer) => {
        entries(entry('a', 'f', 10))(writer);
        void writer.put(frame.fileBegin, beginPayload(0));
        void writer.put(kind, payload);
      });
      expect(error).toMatchObject({ code: 'entry-refused', message: /more comes than was said/ });
    }
  });

  it('cannot make a frame of any length', async () => {
    const error = await told((writer) => {
      void writer.putJson(frame.message, hello);
      writer.put(frame.data, Buffer.alloc(2 * 1024 * 1024))?.catch(() => undefined);
    });
    expect(error.code).toBe('link-lost');
  });

  it('cannot go live without a verification, nor with content that nobody asked for', async () => {
    const root = { mode: 0o755, uid: 0, gid: 0, mtimeNs: '0' };
    const early = await told((writer) => {
      void writer.putJson(frame.message, hello);
      void writer.putJson(frame.message, { type: 'finalize', generations: 1, root });
    });
    expect(early.code).toBe('not-verified');
    const unasked = await told((writer) => {
      entries()(writer);
      void writer.put(frame.fileBegin, beginPayload(0));
    });
    expect(['protocol', 'entry-refused']).toContain(unasked.code);
    expect(existsSync(at.live)).toBe(false);
  });

  it.each(['../up', '.hidden', 'a/b', '', '-x'])('cannot name a site %j', async (site) => {
    const error = await told((writer) => void writer.putJson(frame.message, { ...hello, site }));
    expect(error.code).toBe('site-name');
  });

  it('gets no further with a site that its key may not send, another version, or another move’s site', async () => {
    expect(
      await told((writer) => void writer.putJson(frame.message, hello), { only: ['other'] }),
    ).toMatchObject({
      code: 'site-refused',
      exitCode: 2,
    });
    const newer = { ...hello, protocol: 99 };
    expect((await told((writer) => void writer.putJson(frame.message, newer))).code).toBe('protocol-version');
    await told((writer) => {
      void writer.putJson(frame.message, hello);
      void writer.putJson(frame.message, { type: 'no such message' });
    });
    const second = { ...hello, move: 'm2' };
    expect(await told((writer) => void writer.putJson(frame.message, second))).toMatchObject({
      code: 'other-move',
      exitCode: 5,
    });
  });

  it.each([
    ['bytes', { maxBytes: 1000 }, [entry('a', 'f', 600), entry('b', 'f', 401)]],
    ['names', { maxNames: 2 }, [entry('a', 'd'), entry('b', 'd'), entry('c', 'd')]],
    ['holes, which take no room', {}, [entry('a', 'f', 2 ** 52), entry('b', 'f', 2 ** 52)]],
  ])('may not announce more %s than the destination takes', async (_, limits, lines) => {
    const error = await told(entries(...lines), limits);
    expect(error).toMatchObject({ code: 'too-much', exitCode: 3 });
    const fits = await told((writer) => {
      entries(...lines.slice(0, -1))(writer);
      if (lines.length === 3) void writer.putJson(frame.message, { type: 'pass-end' });
      void writer.putJson(frame.message, { type: 'no such message' });
    }, limits);
    expect(fits.code).toBe(lines[0]![7] === 2 ** 52 ? 'too-much' : 'protocol');
  });

  it('cannot make much of little: packed frames beyond a megabyte, packed twice, or none', async () => {
    const data = (bytes: number): Buffer => {
      const header = Buffer.alloc(5);
      header[0] = frame.data;
      header.writeUInt32BE(bytes, 1);
      return Buffer.concat([header, Buffer.alloc(bytes)]);
    };
    const packed = deflateRawSync(data(100));
    const twice = Buffer.concat([Buffer.from([frame.packed, 0, 0, 0, packed.length]), packed]);
    for (const payload of [
      deflateRawSync(Buffer.alloc(50 * 1024 * 1024)),
      deflateRawSync(twice),
      deflateRawSync(data(100).subarray(0, 50)),
      Buffer.from('no such thing'),
    ]) {
      const error = await told((writer) => {
        entries(entry('a', 'f', 200_000_000))(writer);
        void writer.put(frame.fileBegin, beginPayload(0));
        void writer.put(frame.packed, payload);
      });
      expect(error).toMatchObject({ code: 'link-lost', message: /packed|within a frame/ });
    }
  });

  it.each(['../move', 'pass-1-1/../../x', 'pass-1-000001/x', '', 'lock'])(
    'cannot name a stream file %j',
    async (name) => {
      const error = await told((writer) => {
        void writer.putJson(frame.message, hello);
        void writer.putJson(frame.message, { type: 'part', name, sizeBytes: 1, sha256: 'a'.repeat(64) });
      });
      expect(error.code).toBe('protocol');
    },
  );

  it('cannot send more of a stream file than it announced', async () => {
    const error = await told((writer) => {
      void writer.putJson(frame.message, hello);
      const part = { type: 'part', name: 'pass-1-000001', sizeBytes: 5, sha256: 'a'.repeat(64) };
      void writer.putJson(frame.message, part);
      void writer.put(frame.data, Buffer.alloc(6));
    });
    expect(error).toMatchObject({ code: 'protocol', message: /more of a stream file/ });
  });

  it('is told at once that the folder is not there, or not to be written to', async () => {
    const say = (writer: FrameWriter): void => void writer.putJson(frame.message, hello);
    const none = await told(say, { root: join(at.root, 'none') });
    expect(none).toMatchObject({ code: 'destination-not-writable', exitCode: 3 });
    const readOnly = await told(say, { root: '/sys' });
    expect(readOnly).toMatchObject({ code: 'destination-not-writable' });
  });

  it('that asks for more room than there is gets told so', async () => {
    const error = await told((writer) => {
      void writer.putJson(frame.message, hello);
      void writer.putJson(frame.message, {
        type: 'reserve',
        bytes: 1e18,
        names: 1,
        siteBytes: 1,
        staged: false,
      });
    });
    expect(error).toMatchObject({ code: 'no-room', exitCode: 3 });
  });
});
