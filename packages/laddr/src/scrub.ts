import { hash } from 'node:crypto';
import type { ScrubRule, ScrubRules } from '@cutover/records';

const noLegacyIds: ScrubRule = { kind: 'clear', reason: 'the number of the row in the legacy database' };
const noFile: ScrubRule = { kind: 'clear', reason: 'uploads show people, and no snapshot holds them' };
const handle: ScrubRule = { kind: 'pseudonym', as: 'handle' };
const title: ScrubRule = { kind: 'pseudonym', as: 'title' };
const text: ScrubRule = { kind: 'text' };
const time: ScrubRule = { kind: 'time' };
const reference: ScrubRule = { kind: 'reference' };
const sameAsSlug: ScrubRule = { kind: 'joined', of: ['slug'] };
const projectSlug: ScrubRule = { kind: 'follow', reference: 'projectId', field: 'slug' };
const tagHandle: ScrubRule = { kind: 'follow', reference: 'tagId', field: 'handle' };
const common = (reason: string, fallback?: string | number): ScrubRule => ({
  kind: 'common',
  reason,
  ...(fallback === undefined ? {} : { fallback }),
});

/** Fields of every record. */
const record = {
  id: { kind: 'id' },
  legacyId: noLegacyIds,
  slug: handle,
  createdAt: time,
  creatorId: reference,
  modifiedAt: time,
  modifierId: reference,
} as const satisfies Record<string, ScrubRule>;

const context = {
  projectId: reference,
  updateId: reference,
  buzzId: reference,
  personId: reference,
  postId: reference,
  attachmentId: reference,
  commentId: reference,
} as const;

/** Who a record belongs to, by whose amount its times move. */
const owner = ['memberId', 'authorId', 'personId', 'creatorId'];

const sheets: ScrubRules['sheets'] = {
  people: {
    fields: {
      ...record,
      legacyHandle: sameAsSlug,
      slackSamlNameId: sameAsSlug,
      firstName: { kind: 'pseudonym', as: 'first-name' },
      lastName: { kind: 'pseudonym', as: 'last-name' },
      middleName: { kind: 'pseudonym', as: 'first-name' },
      preferredName: { kind: 'pseudonym', as: 'first-name' },
      about: text,
      photoId: reference,
      accountLevel: common('who may do what is tried out with it', 'User'),
    },
  },
  projects: {
    owner: ['maintainerId', 'creatorId'],
    fields: {
      ...record,
      legacyHandle: sameAsSlug,
      title,
      maintainerId: reference,
      usersUrl: { kind: 'url' },
      usersLinkText: title,
      developersUrl: { kind: 'url' },
      developersLinkText: title,
      readme: text,
      nextUpdate: { kind: 'clear', reason: 'the number of updates is rare; the new site counts them' },
      stage: common('lists are filtered by it'),
      chatChannel: sameAsSlug,
      tags: { kind: 'follow-list', sheet: 'tags', field: 'handle' },
    },
  },
  'project-memberships': {
    owner,
    fields: {
      ...record,
      slug: { kind: 'joined', of: ['projectSlug', 'memberSlug'] },
      projectId: reference,
      projectSlug,
      memberId: reference,
      memberSlug: { kind: 'follow', reference: 'memberId', field: 'slug' },
      role: common('what people do in projects; a rare one is a person'),
    },
  },
  'project-updates': {
    owner,
    fields: {
      ...record,
      slug: { kind: 'joined', of: ['projectSlug', 'numberSlug'] },
      projectId: reference,
      projectSlug,
      number: { kind: 'keep', reason: 'updates of a project are numbered, and found by it' },
      numberSlug: { kind: 'joined', of: ['number'] },
      body: text,
    },
  },
  'project-buzz': {
    owner,
    fields: {
      ...record,
      legacyHandle: sameAsSlug,
      projectId: reference,
      projectSlug,
      headline: title,
      url: { kind: 'url' },
      publishedAt: time,
      imageId: reference,
      summary: text,
    },
  },
  tags: {
    fields: {
      ...record,
      legacyHandle: { kind: 'joined', of: ['handle'] },
      handle: { kind: 'joined', of: ['namespace', 'slug'] },
      namespace: common('tags are filtered by it'),
      title,
      description: text,
    },
  },
  'tag-assignments': { owner, fields: { ...record, tagId: reference, tagHandle, ...context } },
  'blog-posts': {
    owner,
    fields: {
      ...record,
      legacyHandle: sameAsSlug,
      kind: { kind: 'keep', reason: 'posts and pages are shown differently' },
      title,
      authorId: reference,
      publishedAt: time,
      summary: text,
      body: text,
      attachmentIds: reference,
      ...context,
    },
  },
  attachments: {
    owner,
    fields: {
      ...record,
      mimeType: common('kinds of files are shown differently'),
      width: { kind: 'fixed', value: 640, reason: 'the exact size of a picture is as good as a name' },
      height: { kind: 'fixed', value: 480, reason: 'the exact size of a picture is as good as a name' },
      durationSeconds: {
        kind: 'fixed',
        value: 60,
        reason: 'the exact length of a film is as good as a name',
      },
      caption: text,
      file: noFile,
      fileIn: noFile,
      fileBytes: noFile,
      fileSha256: noFile,
      ...context,
    },
  },
  comments: { owner, fields: { ...record, replyToId: reference, message: text, ...context } },
  redirects: { fields: { ...record, from: { kind: 'path' }, to: { kind: 'path' } } },
};

const testLogin = (login: string, accountLevel: string) => ({
  login,
  fields: {
    slug: login,
    legacyHandle: login,
    slackSamlNameId: login,
    firstName: 'Test',
    lastName: 'Login',
    accountLevel,
    createdAt: '2020-01-01T00:00:00Z',
  },
  // As the legacy system hashed them; the password is the name.
  privates: { profiles: { newsletter: false }, 'legacy-passwords': { hash: hash('sha1', login) } },
});

/** What becomes of laddr's public records in a snapshot that anyone may clone. */
export const scrub: ScrubRules = {
  people: 'people',
  sheets,
  folders: {
    people: 'people',
    users: 'people',
    members: 'people',
    projects: 'projects',
    pages: 'blog-posts',
  },
  membership: { sheet: 'project-memberships', person: 'memberId', group: 'projectId' },
  canary: ({ ids, legacyId, handle: name, firstName, lastName, text: about, time: createdAt }) => {
    const [id = '', projectId = '', membershipId = '', updateId = ''] = ids;
    const made = { createdAt, creatorId: id };
    const named = { slug: name, legacyHandle: name };
    const projectName = `p${name}`;
    return [
      {
        sheet: 'people',
        record: { id, legacyId, ...named, slackSamlNameId: name, firstName, lastName, about, createdAt },
      },
      {
        sheet: 'projects',
        record: {
          id: projectId,
          ...made,
          slug: projectName,
          title: `${firstName} ${lastName}`,
          readme: about,
        },
      },
      {
        sheet: 'project-memberships',
        record: {
          id: membershipId,
          ...made,
          slug: `${projectName}.${name}`,
          projectId,
          projectSlug: projectName,
          memberId: id,
          memberSlug: name,
        },
      },
      {
        sheet: 'project-updates',
        record: {
          id: updateId,
          ...made,
          slug: `${projectName}.1`,
          projectId,
          projectSlug: projectName,
          number: 1,
          numberSlug: '1',
          body: about,
        },
      },
    ];
  },
  testLogins: [testLogin('admin', 'Administrator'), testLogin('staff', 'Staff'), testLogin('user', 'User')],
};
