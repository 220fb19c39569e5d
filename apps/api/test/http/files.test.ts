import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { laddr } from '@cutover/laddr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../support/start.ts';

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
const id = (n: number) => `${String(n).padStart(8, '0')}-0000-8000-8000-000000000000`;
const picture = 'not really a picture';
const film = Buffer.alloc(200_000, '0123456789');
const filmAt = `${id(2)}/${sha256(film)}.mp4`;

const attachment = (n: number, more: Record<string, string | number>) => ({
  id: id(n),
  legacyId: n,
  slug: `media-${n}`,
  ...more,
});
const inGit = (path: string, content: string) => ({
  file: path,
  fileIn: 'repository',
  fileBytes: content.length,
  fileSha256: sha256(content),
});

describe('files of records', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({
      profile: laddr,
      privates: {},
      sheets: {
        attachments: [
          attachment(1, { mimeType: 'image/jpeg', ...inGit('attachments/00/media-1/original.jpg', picture) }),
          attachment(2, {
            mimeType: 'video/mp4',
            ...{ file: filmAt, fileIn: 'bucket', fileBytes: film.length, fileSha256: sha256(film) },
          }),
          attachment(3, { mimeType: 'image/png' }),
          attachment(4, { mimeType: 'text/html', ...inGit('attachments/00/media-4/original', '<script>') }),
          attachment(5, { mimeType: 'image/png', ...inGit('attachments/00/media-5/gone.png', 'gone') }),
          attachment(6, {
            mimeType: 'image/png',
            ...{ file: '../digest-key', fileIn: 'bucket', fileBytes: 65, fileSha256: sha256('x') },
          }),
        ],
      },
      files: {
        'attachments/00/media-1/original.jpg': picture,
        'attachments/00/media-4/original': '<script>',
      },
    });
    const path = join(api.privateDir, 'public', filmAt);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, film);
  });
  afterAll(() => api.close());

  it('come out of git, with a validator, and so that they can do no harm', async () => {
    const answer = await api.get('/attachments/media-1/original');
    expect([answer.status, answer.text]).toEqual([200, picture]);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(picture.length),
      'content-disposition': 'inline',
      'x-content-type-options': 'nosniff',
      etag: `"${sha256(picture)}"`,
    });
    expect(answer.headers['content-security-policy']).toMatch(/default-src 'none'.*sandbox/);
    const again = await api.get('/attachments/media-1/original', { 'if-none-match': `"${sha256(picture)}"` });
    expect([again.status, again.text]).toEqual([304, '']);
    const head = await api.get('/attachments/media-1/original', {}, 'HEAD');
    expect([head.status, head.headers['content-length']]).toEqual([200, String(picture.length)]);
  });

  it('come out of the public bucket, a part of them at a time', async () => {
    expect((await api.get('/attachments/media-2/original')).text).toBe(film.toString());
    const part = await api.get('/attachments/media-2/original', { range: 'bytes=199990-' });
    expect([part.status, part.text, part.headers['content-range']]).toEqual([
      206,
      '0123456789',
      'bytes 199990-199999/200000',
    ]);
    expect((await api.get('/attachments/media-2/original', { range: 'bytes=-3' })).text).toBe('789');
    expect((await api.get('/attachments/media-2/original', { range: 'bytes=200000-' })).status).toBe(416);
  });

  it('are given where an old address is embedded as a picture, and their page to everybody else', async () => {
    const embedded = { accept: 'image/avif,image/webp,image/*,*/*;q=0.8' };
    const moved = await api.get('/thumbnail/1/200x200', embedded);
    expect([moved.status, moved.headers['location']]).toEqual([301, '/attachments/media-1']);
    const shown = await api.get('/attachments/media-1', embedded);
    expect([shown.text, shown.headers['vary']]).toEqual([picture, 'accept']);
    expect((await api.get('/attachments/media-1', { accept: 'text/html,image/webp' })).text).toMatch(/<html/);
  });

  it('are saved and not shown where they are pages', async () => {
    const { headers } = await api.get('/attachments/media-4/original');
    expect([headers['content-type'], headers['content-disposition']]).toEqual([
      'application/octet-stream',
      'attachment',
    ]);
  });

  it('are not found where the record has none, or its file is gone or leads out of the bucket', async () => {
    for (const slug of ['media-3', 'media-5', 'media-77'])
      expect([slug, (await api.get(`/attachments/${slug}/original`)).status]).toEqual([slug, 404]);
    const outside = await api.get('/attachments/media-6/original');
    expect([outside.status, outside.text.includes('0000')]).toEqual([404, false]);
  });
});
