import { createHash, randomBytes } from 'node:crypto';
import { CutoverError } from '@cutover/core';
import {
  type PrivateRecord,
  recordPath,
  type StoredRecord,
  type Target,
  type WriteAction,
  type WriteInput,
  type WritePlan,
  writeToml,
} from '@cutover/records';
import {
  dropNote,
  type Edit,
  endOf,
  git,
  isPending,
  noteWrite,
  pendingSheet,
  type PendingWrite,
  writePrivate,
} from '@cutover/stores';
import type { SignedIn } from '../accounts/who.ts';
import { ApiError } from '../http/api-error.ts';
import { accountsOf, type ApiState } from '../load/state.ts';
import type { ApiOptions } from '../options.ts';
import { titleOf } from '../pages/record-page.ts';
import { commitFiles } from './commit-files.ts';
import { uuidV7 } from './uuid-v7.ts';

export interface WriteRequest {
  readonly action: WriteAction;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly actor: SignedIn;
  readonly requestId: string;
  /** The client's name for this request: the same again is the same request. */
  readonly idempotencyKey: string | undefined;
}

export interface Written {
  readonly sheet: string;
  readonly record: StoredRecord;
  /** The commit that holds it; undefined where nothing public changed. */
  readonly commit: string | undefined;
  /** It was done before, under the same key. */
  readonly repeated: boolean;
}

const maxTries = 8;
/** How far back a key is looked for. */
const keyLifetime = '2.days.ago';

/**
 * Does what people do, one after the other in this process, by compare-and-swap against all others. First the
 * commit, then the private records. What has to be done in both stores is noted in the private one before: a
 * crash between the two is finished by reconcile, or by the same request again (with its key).
 */
export class Writer {
  readonly #options: ApiOptions;
  readonly #state: ApiState;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ApiOptions, state: ApiState) {
    this.#options = options;
    this.#state = state;
  }

  /** Throws ApiError for what the action or its record refuses, 409 `contended` where others are always first. */
  write(request: WriteRequest): Promise<Written> {
    const done = this.#last.then(() => this.#write(request));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #write(request: WriteRequest): Promise<Written> {
    const ids: string[] = [];
    const now = new Date().toISOString();
    const before = await this.#findDone(request);
    if (before !== undefined) {
      await this.#finish(request, this.#plan(request, now, ids, before.record));
      return { ...before, repeated: true };
    }
    for (let attempt = 1; attempt <= maxTries; attempt++) {
      await this.#catchUp();
      const plan = this.#plan(request, now, ids);
      const privates = editsOf(plan);
      const files = this.#filesOf(plan);
      let note: PendingWrite | undefined;
      let commit: string | undefined;
      try {
        if (files.size > 0 && privates.length > 0) note = await this.#note(request, plan, files, privates);
        commit = await this.#commit(request, plan, files);
      } catch (error) {
        if (!(error instanceof CutoverError) || error.code !== 'branch-moved') throw error;
        if (note !== undefined) await dropNote(this.#options.privateStore, note);
        continue;
      }
      await this.#writePrivates(privates, note);
      return { ...plan.main, commit, repeated: false };
    }
    throw new ApiError(409, 'contended', 'Others are writing at the same time. Try again.', 1);
  }

  /** Plans and holds every record against its sheet. `again`: what an earlier try has made, so that nothing is made twice. */
  #plan(request: WriteRequest, now: string, ids: string[], again?: StoredRecord): WritePlan {
    const { records, target } = accountsOf(this.#state);
    const actor = records.byId(target.accounts.sheet, request.actor.record.id) ?? request.actor.record;
    let used = 0;
    const newId: WriteInput['newId'] = () => (ids[used++] ??= uuidV7());
    const { action, params, body } = request;
    const plan = action.plan({ params, body, actor, records, now, newId });
    if ('refused' in plan) {
      if (again !== undefined) return { main: { sheet: '', record: again }, records: [], subject: '' };
      throw new ApiError(refusalStatus[plan.refused], plan.code, plan.message);
    }
    if (again === undefined) for (const { sheet, record } of plan.records) assertFits(target, sheet, record);
    return plan;
  }

  /** What stands on the branch is what is decided from: another process may have written. */
  async #catchUp(): Promise<void> {
    const { publicStore, branch } = this.#options;
    const head = await publicStore.head(branch);
    if (head?.commit === this.#state.current?.commit) return;
    await this.#state.load();
    // Moved once more meanwhile is no matter: then the commit is refused and made again.
    if (this.#state.hasFailed) {
      throw new ApiError(
        503,
        'not-loaded',
        'The branch cannot be loaded as it stands. Nothing was written.',
        5,
      );
    }
  }

  /** Text by path of what the commit changes; undefined: the file goes. */
  #filesOf(plan: WritePlan): ReadonlyMap<string, string | undefined> {
    const { records, target } = accountsOf(this.#state);
    const files = new Map<string, string | undefined>();
    for (const { sheet: name, record } of plan.records) {
      const { path } = target.sheets.find((sheet) => sheet.name === name)!;
      const old = records.byId(name, record.id);
      if (old !== undefined) files.set(recordPath(name, path, old), undefined);
      const to = recordPath(name, path, record);
      if (old === undefined && files.has(to)) throw conflict();
      files.set(to, writeToml(record));
    }
    return files;
  }

  #note(
    request: WriteRequest,
    plan: WritePlan,
    files: ReadonlyMap<string, string | undefined>,
    privates: readonly Edit[],
  ): Promise<PendingWrite> {
    const { publicStore, privateStore, branch } = this.#options;
    const listed = [...files].map(([path, content]) => ({ path, content: content ?? null }));
    const write = { publicStore, privateStore, branch, files: listed, privates };
    return noteWrite({ ...write, message: message(request, plan) }, accountsOf(this.#state).commit);
  }

  async #commit(
    request: WriteRequest,
    plan: WritePlan,
    files: ReadonlyMap<string, string | undefined>,
  ): Promise<string | undefined> {
    if (files.size === 0) return undefined;
    const { commit: parent } = accountsOf(this.#state);
    const { dir } = this.#options.publicStore;
    const commit = await commitFiles(dir, this.#options.branch, {
      files,
      message: message(request, plan),
      author: authorOf(request.actor.record),
      parent,
    });
    this.#state.apply(commit, plan.records);
    return commit;
  }

  /** On what stands there by then; the note goes in the same step. */
  async #writePrivates(edits: readonly Edit[], note?: PendingWrite): Promise<void> {
    if (edits.length === 0) return;
    const { accounts } = accountsOf(this.#state);
    const written = new Map<Edit, PrivateRecord | undefined>();
    const watched = edits.map((edit): Edit => ({
      ...edit,
      change: (current) => {
        const after = edit.change(current);
        written.set(edit, after);
        return after;
      },
    }));
    const end = note === undefined ? [] : [endOf(note)];
    await this.#options.privateStore.edit([...watched, ...end], 'a write of a member');
    for (const [{ sheet }, record] of written) {
      if (record !== undefined) accounts.directory.setPrivate(sheet, record);
    }
  }

  /**
   * The private side of a request whose commit is there. Without a note of it there is nothing to do: it was
   * done, and what the person has changed since stays.
   */
  async #finish(request: WriteRequest, plan: WritePlan): Promise<void> {
    const { privateStore } = this.#options;
    const edits = editsOf(plan);
    if (edits.length === 0) return;
    let note: PendingWrite | undefined;
    for await (const record of privateStore.read(pendingSheet)) {
      if (isPending(record) && record.message.includes(`Idempotency-Key: ${keyDigest(request)}`))
        note = record;
    }
    const asItIs = edits.map((edit): Edit => ({ ...edit, change: (current) => current }));
    if (note === undefined) return this.#writePrivates(asItIs);
    try {
      await writePrivate(privateStore, note);
      await this.#writePrivates(asItIs);
    } catch (error) {
      if (!(error instanceof CutoverError) || error.code !== 'dual-write-torn') throw error;
      await this.#writePrivates(edits, note);
    }
  }

  /** The commit of an earlier try with this key. Throws ApiError 422 where the key was another request's. */
  async #findDone(request: WriteRequest): Promise<Omit<Written, 'repeated'> | undefined> {
    if (request.idempotencyKey === undefined) return undefined;
    await this.#catchUp();
    const { dir } = this.#options.publicStore;
    const key = `^Idempotency-Key: ${keyDigest(request)}$`;
    const format = '--format=%H%n%(trailers:key=Request-Digest,valueonly)%n%(trailers:key=Record,valueonly)';
    const range = [`--since=${keyLifetime}`, '-1', `refs/heads/${this.#options.branch}`];
    const found = (await git(dir, ['log', '--extended-regexp', `--grep=${key}`, format, ...range]))
      .split('\n')
      .filter(Boolean);
    const [commit, digest, place] = found;
    if (commit === undefined) return undefined;
    if (digest !== bodyDigest(request)) {
      throw new ApiError(422, 'idempotency-key-reused', 'This key was used for another request.');
    }
    const [sheet = '', id = ''] = (place ?? '').split('/');
    const record = accountsOf(this.#state).records.byId(sheet, id);
    return record === undefined ? undefined : { sheet, record, commit };
  }
}

/** Tokens are made once, so that a change that is made again is the same. */
function editsOf({ privates = [] }: WritePlan): Edit[] {
  return privates.map(({ sheet, id, change }) => {
    const token = randomBytes(24).toString('base64url');
    return { sheet, id, change: (current) => change(current, () => token) };
  });
}

const refusalStatus = { forbidden: 403, 'not-found': 404, conflict: 409 } as const;
const conflict = (): ApiError => new ApiError(409, 'path-taken', 'There is a record of this name already.');

/** Throws ApiError 422 naming the fields, never their values. */
function assertFits(target: Target, name: string, record: StoredRecord): void {
  const sheet = target.sheets.find((one) => one.name === name);
  const checked = sheet?.schema.safeParse(record);
  if (checked?.success === true) return;
  const fields = checked?.error.issues.map(({ path }) => path.join('.')).join(', ') ?? name;
  throw new ApiError(422, 'record-unfit', `What would be written does not fit: ${fields}`);
}

function message(request: WriteRequest, plan: WritePlan): string {
  const { main } = plan;
  const trailers = [
    `Action: ${request.action.name}`,
    `Actor: ${request.actor.loaded.target.accounts.sheet}/${request.actor.record.id}`,
    `Record: ${main.sheet}/${main.record.id}`,
    `Request-Id: ${request.requestId}`,
    ...(request.idempotencyKey === undefined
      ? []
      : [`Idempotency-Key: ${keyDigest(request)}`, `Request-Digest: ${bodyDigest(request)}`]),
  ];
  return `${plan.subject}\n\n${trailers.join('\n')}\n`;
}

/** Keys are the client's own words, and each person has their own. */
function keyDigest({ idempotencyKey, actor }: WriteRequest): string {
  return createHash('sha256').update(`${actor.record.id}\0${idempotencyKey}`).digest('hex');
}

function bodyDigest({ action, params, body }: WriteRequest): string {
  const text = JSON.stringify([
    action.name,
    params,
    Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
  return createHash('sha256').update(text).digest('hex');
}

/** A person in git: public name and id, no address of theirs. */
function authorOf(record: StoredRecord): { name: string; email: string } {
  return { name: titleOf(record), email: `${record.id}@people.invalid` };
}
