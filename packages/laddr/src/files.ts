import type { Cell, FileDraft, FilesPart } from '@cutover/records';

/** Media have no handle: their number is their name. */
export function mediaSlug(id: Cell): string {
  return `media-${id}`;
}

/** Extensions that the framework gave to originals by MIME type; others have the one that is usual. */
const extensions: Readonly<Record<string, string>> = {
  'application/msword': 'doc',
  'application/pdf': 'pdf',
  'application/psd': 'psd',
  'application/zip': 'zip',
  'audio/mp3': 'mp3',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/wav': 'wav',
  'image/gif': 'gif',
  'image/jpeg': 'jpg',
  'image/pjpeg': 'jpg',
  'image/png': 'png',
  'image/svg+xml': 'svg',
  'image/tiff': 'tif',
  'image/vnd.adobe.photoshop': 'psd',
  'image/webp': 'webp',
  'text/csv': 'csv',
  'text/plain': 'txt',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'video/x-flv': 'flv',
};

/** The original of a media row: on disk by number and extension, on the site below `/media/open`. */
export function uploadOf(id: Cell, mimeType: Cell): FileDraft {
  const extension = extensions[mimeType?.toLowerCase() ?? ''];
  const names = [...(extension === undefined ? [] : [`${id}.${extension}`]), `${id}`];
  const folders = ['media/original/', 'original/', ''];
  return {
    name: extension === undefined ? 'original' : `original.${extension}`,
    paths: folders.flatMap((folder) => names.map((name) => folder + name)),
    url: `media/open/${id}`,
    mimeType: mimeType ?? undefined,
  };
}

const legacyPath = /^\/(?:media(?:\/(?:open|download))?|thumbnail)\/(\d+)(?:\/.*)?$/i;
/** The image of a media part, as the body of its post has it. */
const ownPath = /^\/attachments\/media-(\d+)$/;

/** Uploads: files of `media` rows, and the links to them in what people wrote. */
export const files: FilesPart = {
  sources: ['media'],
  texts: {
    people: ['about'],
    projects: ['readme'],
    'project-updates': ['body'],
    'project-buzz': ['summary'],
    tags: ['description'],
    'blog-posts': ['summary', 'body'],
    attachments: ['caption'],
    comments: ['message'],
  },
  rowAt(path) {
    const id = (legacyPath.exec(path) ?? ownPath.exec(path))?.[1];
    return id === undefined ? undefined : { source: 'media', scope: '', key: [String(Number(id))] };
  },
  link: ({ key }) => `/attachments/${mediaSlug(key[0] ?? '')}/original`,
};
