import { expect, it } from 'vitest';
import { files, uploadOf } from '../src/files.ts';

it('looks for originals by number and extension, in the framework’s folder first', () => {
  expect(uploadOf('12', 'image/jpeg')).toEqual({
    name: 'original.jpg',
    paths: ['media/original/12.jpg', 'media/original/12', 'original/12.jpg', 'original/12', '12.jpg', '12'],
    url: 'media/open/12',
    mimeType: 'image/jpeg',
  });
  expect(uploadOf('12', 'either/or').name).toBe('original');
});

it.each([
  ['/media/12', '12'],
  ['/media/open/12', '12'],
  ['/media/download/012', '12'],
  ['/thumbnail/12/200x200', '12'],
  ['/thumbnail/12', '12'],
  ['/attachments/media-12', '12'],
  ['/media', undefined],
  ['/media/x12', undefined],
  ['/attachments/media-12/original', undefined],
  ['/projects/12', undefined],
])('knows whose file is at %s', (path, id) => {
  expect(files.rowAt(path)?.key[0]).toBe(id);
  if (id !== undefined) expect(files.link(files.rowAt(path)!)).toBe(`/attachments/media-${id}/original`);
});
