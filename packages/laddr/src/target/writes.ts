import {
  type PrivateWrite,
  type RecordFinder,
  slugify,
  type StoredRecord,
  type WriteAction,
  type WriteInput,
  type WriteRefusal,
} from '@cutover/records';
import { z, type ZodType } from 'zod';
import { stages, webUrl } from './fields.ts';

type Body = ZodType<Record<string, unknown>>;

const name = z.string().trim().max(255).nullable().optional();
const url = webUrl.max(2048).nullable().optional();
const body = z.string().trim().min(1).max(100_000);

/** Leaves out what is empty: an absent field is how a record says null. */
function withChanges(record: StoredRecord, changes: Readonly<Record<string, unknown>>): StoredRecord {
  const all = Object.entries({ ...record, ...changes });
  return Object.fromEntries(
    all.filter(([, value]) => value !== null && value !== undefined && value !== ''),
  ) as unknown as StoredRecord;
}

const stamped = ({ now, actor }: WriteInput): Record<string, string> => ({
  modifiedAt: now,
  modifierId: actor.id,
});
const made = ({ now, actor }: WriteInput): Record<string, string> => ({
  createdAt: now,
  creatorId: actor.id,
});

const refuse = (refused: WriteRefusal['refused'], code: string, message: string): WriteRefusal => ({
  refused,
  code,
  message,
});

const noProject = (): WriteRefusal => refuse('not-found', 'no-project', 'There is no such project.');

function projectOf({ params, records }: WriteInput): StoredRecord | undefined {
  return records.find('projects', 'slug', params['slug'] ?? '');
}

const membershipSlug = (project: StoredRecord, person: StoredRecord): string =>
  `${String(project['slug'])}.${String(person['slug'])}`;

function isMember(project: StoredRecord, person: StoredRecord, records: RecordFinder): boolean {
  if (project['maintainerId'] === person.id) return true;
  return (
    records.find('project-memberships', 'slug', membershipSlug(project, person))?.['memberId'] === person.id
  );
}

/** The first of `wanted`, `wanted-2`, … that no record of the sheet has. */
function freeSlug(records: RecordFinder, sheet: string, wanted: string): string {
  let slug = wanted;
  for (let number = 2; records.find(sheet, 'slug', slug) !== undefined; number++)
    slug = `${wanted}-${number}`;
  return slug;
}

const editProfile: WriteAction = {
  name: 'edit-profile',
  summary: 'Changes the profile of whoever is signed in',
  method: 'PATCH',
  path: '/members/:slug',
  body: z.strictObject({
    firstName: name,
    lastName: name,
    preferredName: name,
    about: z.string().max(100_000).nullable().optional(),
    newsletter: z.boolean().optional(),
  }) as unknown as Body,
  plan(input) {
    const { params, actor, body: changes } = input;
    if (params['slug'] !== actor['slug'])
      return refuse('forbidden', 'not-yours', 'This is not your profile.');
    const { newsletter, ...fields } = changes;
    const record =
      Object.keys(fields).length === 0 ? actor : withChanges(actor, { ...fields, ...stamped(input) });
    return {
      main: { sheet: 'people', record },
      records: record === actor ? [] : [{ sheet: 'people', record }],
      privates: typeof newsletter === 'boolean' ? [newsletterOf(actor.id, newsletter)] : [],
      subject: `${String(actor['slug'])} changed their profile`,
    };
  },
};

/** Whoever gets the newsletter has a token to leave it by, and nobody else has one. */
const newsletterOf = (id: string, newsletter: boolean): PrivateWrite => ({
  sheet: 'profiles',
  id,
  change(current, token) {
    const { unsubscribeToken, ...rest } = current ?? { id };
    if (!newsletter) return { ...rest, id, newsletter };
    return { ...rest, id, newsletter, unsubscribeToken: unsubscribeToken ?? token() };
  },
});

const createProject: WriteAction = {
  name: 'create-project',
  summary: 'Makes a project, with whoever is signed in as its maintainer and first member',
  method: 'POST',
  path: '/projects',
  body: z.strictObject({
    title: z.string().trim().min(1).max(255),
    readme: z.string().max(100_000).nullable().optional(),
    usersUrl: url,
    developersUrl: url,
    stage: z.enum(stages).optional(),
    chatChannel: z.string().trim().max(80).nullable().optional(),
  }) as unknown as Body,
  plan(input) {
    const { actor, records, body: fields } = input;
    const slug = freeSlug(records, 'projects', slugify(String(fields['title'])) || 'project');
    const id = input.newId();
    const record = withChanges(
      { id, slug },
      { stage: 'Commenting', ...fields, maintainerId: actor.id, ...made(input) },
    );
    return {
      main: { sheet: 'projects', record },
      records: [
        { sheet: 'projects', record },
        { sheet: 'project-memberships', record: membership(input, record, 'Founder') },
      ],
      subject: `${String(actor['slug'])} made the project ${slug}`,
    };
  },
};

function membership(input: WriteInput, project: StoredRecord, role: unknown): StoredRecord {
  const { actor } = input;
  return withChanges(
    { id: input.newId(), slug: membershipSlug(project, actor) },
    {
      projectId: project.id,
      projectSlug: project['slug'],
      memberId: actor.id,
      memberSlug: actor['slug'],
      role,
      ...made(input),
    },
  );
}

const postUpdate: WriteAction = {
  name: 'post-update',
  summary: 'Posts an update of a project that whoever is signed in is a member of',
  method: 'POST',
  path: '/projects/:slug/updates',
  body: z.strictObject({ body }) as unknown as Body,
  plan(input) {
    const { actor, records, body: fields } = input;
    const project = projectOf(input);
    if (project === undefined) return noProject();
    if (!isMember(project, actor, records)) {
      return refuse('forbidden', 'no-member', 'Only members of the project post its updates.');
    }
    const projectSlug = String(project['slug']);
    const slugOf = (number: number): string => `${projectSlug}.${number}`;
    let number = typeof project['nextUpdate'] === 'number' ? Math.max(1, project['nextUpdate']) : 1;
    while (records.find('project-updates', 'slug', slugOf(number)) !== undefined) number++;
    const record = withChanges(
      { id: input.newId(), slug: slugOf(number) },
      {
        projectId: project.id,
        projectSlug,
        number,
        numberSlug: String(number),
        body: fields['body'],
        ...made(input),
      },
    );
    return {
      main: { sheet: 'project-updates', record },
      records: [
        { sheet: 'project-updates', record },
        { sheet: 'projects', record: withChanges(project, { nextUpdate: number + 1 }) },
      ],
      subject: `${String(actor['slug'])} posted update ${number} of ${projectSlug}`,
    };
  },
};

const joinProject: WriteAction = {
  name: 'join-project',
  summary: 'Makes whoever is signed in a member of a project',
  method: 'POST',
  path: '/projects/:slug/members',
  body: z.strictObject({ role: z.string().trim().max(255).nullable().optional() }) as unknown as Body,
  plan(input) {
    const { actor, records, body: fields } = input;
    const project = projectOf(input);
    if (project === undefined) return noProject();
    if (records.find('project-memberships', 'slug', membershipSlug(project, actor)) !== undefined) {
      return refuse('conflict', 'member-already', 'You are a member already.');
    }
    const record = membership(input, project, fields['role']);
    return {
      main: { sheet: 'project-memberships', record },
      records: [{ sheet: 'project-memberships', record }],
      subject: `${String(actor['slug'])} joined ${String(project['slug'])}`,
    };
  },
};

export const writes: readonly WriteAction[] = [editProfile, createProject, postUpdate, joinProject];
