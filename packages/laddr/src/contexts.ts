import type { Cell } from '@cutover/records';

/** A kind of thing that tags, comments, media and posts may belong to. */
export interface ContextKind {
  readonly source: string;
  readonly sheet: string;
  /** The field that holds the id of what a record belongs to. */
  readonly field: string;
}

const kind = (source: string, sheet: string, field: string): ContextKind => ({ source, sheet, field });

const people = kind('people', 'people', 'personId');
const content = kind('content', 'blog-posts', 'postId');
const media = kind('media', 'attachments', 'attachmentId');
const comments = kind('comments', 'comments', 'commentId');

/** PHP class names as `ContextClass` holds them: root classes, subclasses, and spellings of older versions. */
const kinds: Readonly<Record<string, ContextKind>> = {
  'Laddr\\Project': kind('projects', 'projects', 'projectId'),
  'Laddr\\ProjectUpdate': kind('project-updates', 'project-updates', 'updateId'),
  'Laddr\\ProjectBuzz': kind('project-buzz', 'project-buzz', 'buzzId'),
  'Emergence\\People\\Person': people,
  'Emergence\\People\\User': people,
  Person: people,
  User: people,
  'Emergence\\CMS\\AbstractContent': content,
  'Emergence\\CMS\\BlogPost': content,
  'Emergence\\CMS\\Page': content,
  Media: media,
  PhotoMedia: media,
  'Emergence\\Comments\\Comment': comments,
  Comment: comments,
};

const notImported = new Set([
  'Emergence\\Events\\Event',
  'Emergence\\People\\Groups\\Group',
  'Emergence\\People\\Groups\\Organization',
  'Emergence\\CMS\\ContentBlock',
  'Laddr\\MemberCheckin',
]);

/** What a `ContextClass` stands for; undefined where this profile does not know it. */
export function contextOf(className: Cell): ContextKind | 'not-imported' | undefined {
  if (className === null) return undefined;
  if (notImported.has(className)) return 'not-imported';
  return Object.hasOwn(kinds, className) ? kinds[className] : undefined;
}

/** Sheets by the field that refers to them, for the sheets whose records belong to something. */
export const contextReferences: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(kinds).map(({ field, sheet }) => [field, sheet]),
);
