import { randomBytes } from 'node:crypto';
import { type Check, concludeCheck, type Finding, messageOf } from '@cutover/core';
import { editTree, git, type PrivateStore, type PublicStore } from '@cutover/stores';
import { Browser, type Seen } from '../accounts/browser.ts';

export interface CreationInput {
  readonly url: string;
  readonly login: string;
  readonly password: string;
  /** What is made: path below `/api`, and the fields; `%` in a text stands for a mark that nothing else has. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly store: PublicStore;
  readonly branch: string;
  readonly sheets: ReadonlySet<string>;
  /** Private rows that the action must make, by sheet: 0 or 1 each. */
  readonly privates: PrivateStore;
  readonly privateRows: Readonly<Record<string, number>>;
  /** Opens the internal route by which the site reads its records again once they were removed. */
  readonly internalSecret?: string | undefined;
}

/**
 * Makes one record through the public API, sent twice as an impatient visitor would, and looks that the stores have it
 * once: one commit, one record answered, the private rows that belong to it. Then takes it out again.
 */
export async function checkCreation(input: CreationInput): Promise<Check> {
  const findings: Finding[] = [];
  const evidence: Record<string, unknown> = {};
  const why: string[] = [];
  let answers: readonly Seen[] = [];
  const before = await input.store.head(input.branch);
  try {
    answers = await makeTwice(input);
    const ids = new Set(answers.map(idOf));
    const made = await madeSince(input, before?.commit, ids);
    evidence['commits'] = made.commits;
    evidence['records'] = made.paths;
    const fault = (code: string, message: string, expected: unknown, actual: unknown): void =>
      void findings.push({ code, message, expected, actual });
    if (ids.size !== 1) fault('created-twice', 'the same request made two records', 1, ids.size);
    if (made.commits !== 1) fault('commits-wrong', `it is in ${made.commits} commits`, 1, made.commits);
    if (made.found !== 1) fault('records-wrong', `it is in the store ${made.found} times`, 1, made.found);
    for (const [sheet, wanted] of Object.entries(input.privateRows)) {
      const rows = await rowsOf(input.privates, sheet, ids);
      if (rows !== wanted) fault('private-rows-wrong', `${sheet} has ${rows} rows of it`, wanted, rows);
    }
    evidence['removedBy'] = await remove(input, made.paths, ids);
    const answered = await reloaded(input, answers[0]!.json['path']);
    if (answered === undefined)
      why.push('the site was not told to read its records again (CUTOVER_INTERNAL_SECRET)');
    else if (answered !== 404)
      fault('still-there', `it answers ${answered} after it was removed`, 404, answered);
  } catch (error) {
    const left =
      evidence['removedBy'] === undefined && answers.length > 0 ? '; what was made may still be there' : '';
    why.push(`${messageOf(error)}${left}`);
  }
  return concludeCheck({
    id: 'after-creation',
    title: 'What is made once is there once, and can be removed',
    looked: answers.length,
    expected: 1,
    actual: evidence['commits'] ?? 0,
    findings,
    evidence,
    couldNotTell: why.length === 0 ? undefined : why.join('; '),
  });
}

/** Sends one request twice with the same key, as an impatient visitor or a retrying client does. */
async function makeTwice(input: CreationInput): Promise<Seen[]> {
  const visitor = new Browser(input.url);
  const signedIn = await visitor.post('/api/auth/sign-in', { login: input.login, password: input.password });
  if (signedIn.status !== 200) throw new Error(`signing in answers ${signedIn.status}`);
  const mark = `cutover-${randomBytes(6).toString('hex')}`;
  const make = () => visitor.post(`/api${input.path}`, marked(input.body, mark), { 'idempotency-key': mark });
  const first = await make();
  if (first.status !== 201) throw new Error(`making it answers ${first.status}`);
  return [first, await make()];
}

function idOf({ json }: Seen): string | undefined {
  return (json['record'] as { id?: string } | undefined)?.id;
}

/** Others may write at the same time: only the commits that have the record are looked at, and only what is new in them. */
async function madeSince(
  { store, branch, sheets }: CreationInput,
  before: string | undefined,
  ids: ReadonlySet<string | undefined>,
): Promise<{ readonly found: number; readonly commits: number; readonly paths: readonly string[] }> {
  const after = (await store.head(branch))!.commit;
  const all = [...(await store.changes(before, after, sheets)).records.values()];
  const main = all.flatMap((one) =>
    one.before === undefined && ids.has(one.id) && one.after ? [one.after.path] : [],
  );
  const range = before === undefined ? after : `${before}..${after}`;
  const listed = main.length === 0 ? '' : await git(store.dir, ['rev-list', range, '--', ...main]);
  const commits = listed.split('\n').filter((line) => line !== '');
  const paths: string[] = [];
  for (const commit of commits) {
    const { records } = await store.changes(`${commit}^`, commit, sheets);
    for (const one of records.values()) if (one.before === undefined && one.after) paths.push(one.after.path);
  }
  return { found: main.length, commits: commits.length, paths };
}

function marked(body: Readonly<Record<string, unknown>>, mark: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replaceAll('%', mark) : value,
    ]),
  );
}

async function rowsOf(
  store: PrivateStore,
  sheet: string,
  ids: ReadonlySet<string | undefined>,
): Promise<number> {
  let count = 0;
  for await (const row of store.read(sheet)) if (ids.has(row.id)) count++;
  return count;
}

async function remove(
  { store, branch, privates, privateRows }: CreationInput,
  paths: readonly string[],
  ids: ReadonlySet<string | undefined>,
): Promise<string> {
  const head = await store.head(branch);
  const edits = paths.map((path) => ({ path, content: null }));
  const tree = await editTree(store.dir, head!.commit, edits);
  const message = 'Remove what a verification made\n';
  const { commit } = await store.commit(branch, { tree, message, expected: head });
  for (const id of ids)
    for (const sheet of Object.keys(privateRows))
      if (id !== undefined) await privates.update(sheet, id, () => undefined);
  return commit;
}

/** Status of the page after the site has read its records again; undefined where it could not be told to. */
async function reloaded({ url, internalSecret }: CreationInput, path: unknown): Promise<number | undefined> {
  if (internalSecret === undefined || typeof path !== 'string') return undefined;
  const visitor = new Browser(url);
  await visitor.post('/api/_internal/reload', {}, { 'x-cutover-internal-secret': internalSecret });
  return (await visitor.get(`/api${path}`)).status;
}
