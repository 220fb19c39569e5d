import { CutoverError } from '@cutover/core';
import type { PrivateRecord, StoredRecord, Target } from '@cutover/records';
import { git, parseRecord, type PrivateStore, type PublicStore } from '@cutover/stores';
import type { FoundElsewhere } from './elsewhere.ts';

/** What identifies people besides their ids. Held in memory while they are erased, and never written. */
export interface Traces {
  readonly emails: ReadonlyMap<string, ReadonlySet<string>>;
  /** Names that are theirs alone: slugs, handles, identifiers. */
  readonly names: ReadonlySet<string>;
  /** Addresses that others have too. */
  readonly shared: ReadonlySet<string>;
}

interface TracesInput {
  readonly target: Target;
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  readonly branches: readonly string[];
  readonly sheet: string;
  readonly ids: ReadonlySet<string>;
}

/** Reads what must be looked for elsewhere before it is gone. */
export async function readTraces(
  input: TracesInput,
  past: Pick<FoundElsewhere, 'own' | 'privates'>,
): Promise<Traces> {
  const { target, privateStore, ids } = input;
  const emails = new Map<string, Set<string>>();
  const shared = new Set<string>();
  for (const { sheet, field } of addressFields(target)) {
    const take = (record: StoredRecord | PrivateRecord) => {
      const email = record[field];
      if (typeof email !== 'string' || email.trim() === '' || !ids.has(record.id)) return;
      emails.set(record.id, (emails.get(record.id) ?? new Set()).add(email.trim()));
    };
    for await (const record of privateStore.read(sheet)) take(record);
    for (const { sheet: of, record } of past.privates) if (of === sheet) take(record);
    const own = new Set(
      [...emails.values()].flatMap((each) => [...each].map((email) => email.toLowerCase())),
    );
    for await (const record of privateStore.read(sheet)) {
      const email = String(record[field] ?? '')
        .trim()
        .toLowerCase();
      if (!ids.has(record.id) && own.has(email)) shared.add(email);
    }
  }
  return { emails, names: await readNames(input, past.own), shared };
}

function addressFields(target: Target): readonly { readonly sheet: string; readonly field: string }[] {
  const mail =
    target.mail === undefined ? [] : [{ sheet: target.mail.sheet, field: target.mail.addressField }];
  const login = target.accounts?.loginPrivate;
  return login === undefined ||
    mail.some(({ sheet, field }) => sheet === login.sheet && field === login.field)
    ? mail
    : [...mail, login];
}

async function readNames(
  { target, publicStore, branches, sheet, ids }: TracesInput,
  past: readonly StoredRecord[],
): Promise<Set<string>> {
  const fields = ['slug', ...Object.keys(target.sheets.find(({ name }) => name === sheet)?.indexes ?? {})];
  const names = new Set(past.flatMap((record) => namesOf(record, fields)));
  const own = new Set<string>();
  for (const branch of branches) {
    const head = await publicStore.head(branch);
    if (head === undefined) continue;
    for await (const file of publicStore.readRecords(head.commit)) {
      if (file.sheet !== sheet) continue;
      const record = parseRecord(file.path, file.bytes);
      // What they were called once may be another's name by now.
      for (const name of namesOf(record, fields))
        if (ids.has(record.id)) own.add(name);
        else names.delete(name);
    }
  }
  return new Set([...names, ...own]);
}

function namesOf(record: StoredRecord, fields: readonly string[]): string[] {
  return fields
    .map((field) => record[field])
    .filter((value): value is string => typeof value === 'string' && value !== '');
}

export interface InHistory {
  /** Paths that their records, those that went with them and the uploads of these had in any commit; they tell names. */
  readonly paths: readonly string[];
  /** Those of these paths that are another record's now: history cannot be rid of them without it. */
  readonly reused: readonly string[];
  /** Files at the branches' heads that name them in what others wrote. */
  readonly mentions: readonly string[];
  /** Branches that they were not to be removed from and whose heads hold records that go, as that of the past does. */
  readonly otherBranches: readonly string[];
}

interface LookedFor {
  readonly ids: ReadonlySet<string>;
  /** Ids of all records that go: theirs, and those that go with them. */
  readonly gone: ReadonlySet<string>;
  readonly traces: Traces;
  /** Before they are removed, files with their ids are passed over: these go. */
  readonly isGone: boolean;
}

/** What the public repository still holds of them, in its history and in others' words. */
export async function lookInHistory(
  { publicStore, branches }: Pick<TracesInput, 'publicStore' | 'branches'>,
  { ids, gone, traces, isGone }: LookedFor,
): Promise<InHistory> {
  const paths = await pathsInHistory(publicStore.dir, gone);
  const reused = new Set<string>();
  const mentions = new Set<string>();
  const emails = [...traces.emails.values()].flatMap((each) => [...each]);
  for (const branch of branches) {
    const head = await publicStore.head(branch);
    if (head === undefined) continue;
    const withId = await grep(publicStore.dir, head.commit, [...ids], []);
    const found = new Set([
      ...withId,
      ...(await grep(publicStore.dir, head.commit, emails, [])),
      ...(await grep(publicStore.dir, head.commit, [...traces.names], ['-w'])),
    ]);
    if (!isGone) for (const path of withId) found.delete(path);
    for (const path of found) mentions.add(`${branch}:${path}`);
    for (const path of await othersNow(publicStore.dir, head.commit, { paths, gone })) reused.add(path);
  }
  return {
    paths: [...paths].sort(),
    reused: [...reused].sort(),
    mentions: [...mentions].sort(),
    otherBranches: await otherBranches(publicStore.dir, branches, gone),
  };
}

async function otherBranches(
  dir: string,
  branches: readonly string[],
  gone: ReadonlySet<string>,
): Promise<string[]> {
  const all = (await git(dir, ['for-each-ref', '--format=%(refname)', 'refs/heads/']))
    .split('\n')
    .filter(Boolean)
    .map((ref) => ref.slice('refs/heads/'.length));
  const lines = [...gone].map((id) => `id = "${id}"`);
  const there: string[] = [];
  for (const branch of all) {
    if (branches.includes(branch)) continue;
    if ((await grep(dir, `refs/heads/${branch}`, lines, [])).length > 0) there.push(branch);
  }
  return there;
}

/** Ids that git is given at once. */
const atOnce = 500;

/** Paths of these records in any commit, and of the uploads that lay beside them. */
async function pathsInHistory(dir: string, ids: ReadonlySet<string>): Promise<Set<string>> {
  const paths = new Set<string>();
  const logged = async (more: readonly string[], input = ''): Promise<string[]> => {
    const all = [
      'log',
      '--all',
      '--no-renames',
      '--diff-merges=first-parent',
      '--format=',
      '--name-only',
      '-z',
    ];
    return (await git(dir, ['--literal-pathspecs', ...all, ...more], { input })).split('\0').filter(Boolean);
  };
  for (const some of chunksOf([...ids], atOnce))
    for (const path of await logged([`-G^id = "(${some.join('|')})"$`])) paths.add(path);
  if (paths.size === 0) return paths;
  // By standard input, as paths tell names.
  const folders = [...paths].map((path) => `${path.replace(/\.toml$/, '')}/\n`);
  for (const path of await logged(['--stdin'], `--\n${folders.join('')}`))
    if (!path.endsWith('.toml')) paths.add(path);
  return paths;
}

/** Which of the paths lead to a record, or the upload of one, that does not go. */
async function othersNow(
  dir: string,
  commit: string,
  { paths, gone }: { readonly paths: ReadonlySet<string>; readonly gone: ReadonlySet<string> },
): Promise<string[]> {
  const input = [...paths].map((path) => `${commit}:${path}\n`).join('');
  // One line for each, in their order.
  const looked = (await git(dir, ['cat-file', '--batch-check'], { input })).split('\n');
  const there = [...paths].filter((_, i) => !looked[i]!.endsWith(' missing'));
  if (there.length === 0) return there;
  const lines = [...gone].map((id) => `id = "${id}"`);
  const theirs = new Set(await grep(dir, commit, lines, []));
  const recordOf = (path: string): string =>
    path.endsWith('.toml') ? path : path.replace(/\/[^/]*$/, '.toml');
  return there.filter((path) => !theirs.has(recordOf(path)));
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

async function grep(
  dir: string,
  commit: string,
  texts: readonly string[],
  options: readonly string[],
): Promise<string[]> {
  if (texts.length === 0) return [];
  try {
    // By standard input: arguments can be seen by everybody on the machine.
    const input = `${texts.join('\n')}\n`;
    const out = await git(dir, ['grep', '-l', '-i', '-F', ...options, '-f', '-', commit], { input });
    return out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.slice(commit.length + 1));
  } catch (error) {
    // It ends with 1 where it finds nothing.
    if (error instanceof CutoverError && error.data?.['exit'] === 1) return [];
    throw error;
  }
}
