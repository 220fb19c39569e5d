import type { Cell } from '@cutover/records';

/** A part of a post, read: a text, or media files with their captions. */
export interface Item {
  readonly text: string;
  readonly media: readonly { readonly id: string; readonly caption: string }[];
}

const textClasses = new Set(['Markdown', 'RichText', 'Text', 'Embed']);

/**
 * Reads the Data of a part by its class. The framework stores JSON (a string, or an object for media); older
 * versions stored the bare text. Undefined where the class is not known or its data name no media.
 */
export function parseItem(className: Cell, data: Cell): Item | undefined {
  const kind = /(?:^|\\)(\w+)$/.exec(className ?? '')?.[1]?.replace(/^CMS_/, '') ?? '';
  const value = decode(data ?? '');
  if (textClasses.has(kind)) return { text: typeof value === 'string' ? value : (data ?? ''), media: [] };
  if (kind !== 'Media' && kind !== 'Album') return undefined;
  const media = mediaIn(value);
  return media.length === 0 ? undefined : { text: '', media };
}

function decode(data: string): unknown {
  if (!/^\s*["{[]/.test(data) && !/^\d+$/.test(data)) return data;
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}

function mediaIn(value: unknown): { id: string; caption: string }[] {
  if (Array.isArray(value)) return value.flatMap(mediaIn);
  if (typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value))) {
    return [{ id: String(value), caption: '' }];
  }
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Record<string, unknown>;
  const caption = typeof fields['Caption'] === 'string' ? fields['Caption'] : '';
  return mediaIn(fields['MediaID'] ?? fields['MediaIDs'] ?? fields['Media'] ?? []).map((file) => ({
    id: file.id,
    caption: file.caption === '' ? caption : file.caption,
  }));
}
