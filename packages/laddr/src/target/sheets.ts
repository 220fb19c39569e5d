import { fileFields, type PathTemplate, type PublicFields, type Sheet } from '@cutover/records';
import { z, type ZodType } from 'zod';
import { contextReferences } from '../contexts.ts';
import {
  accountLevels,
  common,
  context,
  id,
  integer,
  slug,
  stages,
  text,
  timestamp,
  webUrl,
} from './fields.ts';

/** Sheets that grow with the members: 256 directories by the id's first byte. */
const sharded: PathTemplate = [{ field: 'id', first: 2 }, { field: 'slug' }];
const flat: PathTemplate = [{ field: 'slug' }];
const authors = { creatorId: 'people', modifierId: 'people' };

interface SheetInput {
  readonly name: string;
  readonly fields: Readonly<Record<string, ZodType>>;
  readonly path: PathTemplate;
  readonly references?: Readonly<Record<string, string>>;
  readonly indexes?: Sheet['indexes'];
  readonly belongsTo?: Sheet['belongsTo'];
  readonly copies?: Sheet['copies'];
  readonly joins?: Sheet['joins'];
  readonly freeText: readonly string[];
  readonly markdown?: readonly string[];
}

function sheet(input: SheetInput): Sheet {
  return {
    name: input.name,
    schema: z.strictObject({ ...common, ...input.fields }) as unknown as ZodType<PublicFields>,
    path: input.path,
    references: { ...authors, ...input.references },
    indexes: { slug: 'exact', legacyId: 'exact', ...input.indexes },
    unique: ['legacyId'],
    belongsTo: input.belongsTo ?? [],
    copies: input.copies ?? {},
    ...(input.joins === undefined ? {} : { joins: input.joins }),
    freeText: input.freeText,
    markdown: input.markdown ?? [],
  };
}

const projectSlug = { reference: 'projectId', field: 'slug' };
const memberSlug = { reference: 'memberId', field: 'slug' };
const tagHandle = { reference: 'tagId', field: 'handle' };

const people = sheet({
  name: 'people',
  fields: {
    legacyHandle: text.optional(),
    slackSamlNameId: text.optional(),
    firstName: text.optional(),
    lastName: text.optional(),
    middleName: text.optional(),
    preferredName: text.optional(),
    about: text.optional(),
    photoId: id.optional(),
    accountLevel: z.enum(accountLevels).optional(),
  },
  path: sharded,
  references: { photoId: 'attachments' },
  indexes: { legacyHandle: 'folded', slackSamlNameId: 'exact' },
  freeText: ['firstName', 'lastName', 'middleName', 'preferredName', 'about'],
  markdown: ['about'],
});

const projects = sheet({
  name: 'projects',
  fields: {
    legacyHandle: text.optional(),
    title: text,
    maintainerId: id.optional(),
    usersUrl: webUrl.optional(),
    usersLinkText: text.optional(),
    developersUrl: webUrl.optional(),
    developersLinkText: text.optional(),
    readme: text.optional(),
    nextUpdate: integer.optional(),
    stage: z.enum(stages).optional(),
    chatChannel: text.optional(),
    tags: z.array(slug).optional(),
  },
  path: flat,
  references: { maintainerId: 'people' },
  indexes: { legacyHandle: 'folded' },
  freeText: ['title', 'legacyHandle', 'slug', 'readme', 'usersLinkText', 'developersLinkText', 'chatChannel'],
  markdown: ['readme'],
});

const memberships = sheet({
  name: 'project-memberships',
  fields: { projectId: id, projectSlug: slug, memberId: id, memberSlug: slug, role: text.optional() },
  path: sharded,
  references: { projectId: 'projects', memberId: 'people' },
  belongsTo: ['memberId'],
  copies: { projectSlug, memberSlug },
  joins: { begins: projectSlug, ends: [memberSlug] },
  freeText: ['role', 'slug', 'projectSlug'],
});

const updates = sheet({
  name: 'project-updates',
  fields: { projectId: id, projectSlug: slug, number: integer, numberSlug: slug, body: text.optional() },
  path: sharded,
  references: { projectId: 'projects' },
  copies: { projectSlug },
  joins: { begins: projectSlug },
  freeText: ['body', 'slug', 'projectSlug'],
  markdown: ['body'],
});

const buzz = sheet({
  name: 'project-buzz',
  fields: {
    legacyHandle: text.optional(),
    projectId: id,
    projectSlug: slug,
    headline: text,
    url: webUrl,
    publishedAt: timestamp.optional(),
    imageId: id.optional(),
    summary: text.optional(),
  },
  path: sharded,
  references: { projectId: 'projects', imageId: 'attachments' },
  copies: { projectSlug },
  indexes: { legacyHandle: 'folded' },
  freeText: ['headline', 'summary', 'url', 'legacyHandle', 'slug', 'projectSlug'],
  markdown: ['summary'],
});

const tags = sheet({
  name: 'tags',
  fields: {
    legacyHandle: text.optional(),
    handle: slug,
    namespace: slug.optional(),
    title: text.optional(),
    description: text.optional(),
  },
  path: [{ field: 'handle' }],
  indexes: { legacyHandle: 'folded', handle: 'exact' },
  freeText: ['title', 'description', 'legacyHandle', 'handle', 'slug'],
  markdown: ['description'],
});

const tagAssignments = sheet({
  name: 'tag-assignments',
  fields: { tagId: id, tagHandle: slug, ...context },
  path: sharded,
  references: { tagId: 'tags', ...contextReferences },
  belongsTo: ['personId'],
  copies: { tagHandle },
  joins: {
    begins: tagHandle,
    ends: Object.keys(contextReferences).map((reference) => ({ reference, field: 'slug' })),
  },
  freeText: ['slug', 'tagHandle'],
});

const blogPosts = sheet({
  name: 'blog-posts',
  fields: {
    legacyHandle: text.optional(),
    kind: z.enum(['post', 'page']),
    title: text,
    authorId: id.optional(),
    publishedAt: timestamp.optional(),
    summary: text.optional(),
    body: text.optional(),
    attachmentIds: z.array(id).optional(),
    ...context,
  },
  path: flat,
  references: { authorId: 'people', ...contextReferences },
  indexes: { legacyHandle: 'folded' },
  freeText: ['title', 'summary', 'body', 'legacyHandle', 'slug'],
  markdown: ['summary', 'body'],
});

const attachments = sheet({
  name: 'attachments',
  fields: {
    mimeType: text.optional(),
    width: integer.optional(),
    height: integer.optional(),
    durationSeconds: integer.optional(),
    caption: text.optional(),
    ...fileFields,
    ...context,
  },
  path: sharded,
  references: contextReferences,
  belongsTo: ['personId'],
  freeText: ['caption'],
  markdown: ['caption'],
});

const comments = sheet({
  name: 'comments',
  fields: { replyToId: id.optional(), message: text.optional(), ...context },
  path: sharded,
  references: { replyToId: 'comments', ...contextReferences },
  belongsTo: ['personId'],
  freeText: ['message'],
  markdown: ['message'],
});

const redirects = sheet({
  name: 'redirects',
  fields: { from: text, to: text },
  path: flat,
  indexes: { from: 'exact' },
  freeText: ['from', 'to', 'slug'],
});

export const sheets: readonly Sheet[] = [
  people,
  projects,
  memberships,
  updates,
  buzz,
  tags,
  tagAssignments,
  blogPosts,
  attachments,
  comments,
  redirects,
];
