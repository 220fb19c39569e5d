import { notLoaded } from '../http/api-error.ts';
import { CutoverError, type Finding, FindingList, messageOf } from '@cutover/core';
import type { Accounts, RecordIndexes, StoredRecord, Target } from '@cutover/records';
import { AccountDirectory } from '../accounts/directory.ts';
import type { Revocations } from '../accounts/revocations.ts';
import { PasswordVerifier } from '../accounts/passwords.ts';
import type { ApiOptions } from '../options.ts';
import { SiteMap } from '../site/site-map.ts';
import { Drill } from './drill.ts';
import { loadRecords } from './load-records.ts';

/** Everything that requests are answered from: one commit and the private records of the same moment. */
export interface Loaded {
  readonly commit: string;
  readonly records: RecordIndexes;
  readonly counts: Readonly<Record<string, number>>;
  readonly site: SiteMap;
  readonly accounts?: { readonly directory: AccountDirectory; readonly verifier: PasswordVerifier };
  readonly problems: FindingList;
  readonly warnings: FindingList;
}

export type TargetWithAccounts = Target & { readonly accounts: Accounts };

export function hasAccounts(target: Target): target is TargetWithAccounts {
  return target.accounts !== undefined;
}

/** What is loaded of a target with accounts. */
export type LoadedAccounts = Loaded & {
  readonly target: TargetWithAccounts;
  readonly accounts: NonNullable<Loaded['accounts']>;
};

/** What is loaded, accounts included. Throws ApiError 503 where nothing is. */
export function accountsOf(state: ApiState): LoadedAccounts {
  const loaded = state.current;
  if (loaded?.accounts === undefined || !hasAccounts(state.target)) throw notLoaded();
  return { ...loaded, accounts: loaded.accounts, target: state.target };
}

/**
 * States: nothing loaded (`current` undefined), loaded, and loaded with a `failure` of the latest reload,
 * where the earlier records go on being served but the API is not ready. A reload replaces everything at
 * once; requests under way keep what they began with.
 */
export class ApiState {
  readonly #options: ApiOptions;
  readonly #revocations: Revocations;
  #current: Loaded | undefined;
  #failure: Finding | undefined;
  #loading: Promise<void> | undefined;
  #isStopping = false;
  readonly drill = new Drill();

  constructor(options: ApiOptions, revocations: Revocations) {
    this.#options = options;
    this.#revocations = revocations;
  }

  get target(): Target {
    return this.#options.profile.target;
  }

  get current(): Loaded | undefined {
    return this.#current;
  }

  /** Whether the process is about to end: it answers on, and nobody should come any more. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  stop(): void {
    this.#isStopping = true;
  }

  /** Whether the latest load did not come to its end, so that an earlier one is served. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** Why the API is not ready; empty when it is. */
  get reasons(): readonly Finding[] {
    const stopping = this.#isStopping ? [stoppingReason] : [];
    return [
      ...stopping,
      ...(this.#failure === undefined ? [] : [this.#failure]),
      ...(this.drill.reason === undefined ? [] : [this.drill.reason]),
      ...(this.#current?.problems.kept ?? []),
    ];
  }

  /** Takes over records that this process has committed itself, without loading everything again. */
  apply(commit: string, changes: readonly { readonly sheet: string; readonly record: StoredRecord }[]): void {
    const loaded = this.#current;
    if (loaded === undefined) return;
    for (const { sheet, record } of changes)
      loaded.site.put(sheet, record, loaded.records.put(sheet, record));
    this.#current = { ...loaded, commit, counts: countsOf(this.target, loaded.records) };
  }

  /** Loads the branch as it stands now. Callers at the same time share one load. With `strict` throws what is wrong. */
  load(): Promise<void> {
    this.#loading ??= this.#load().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  async #load(): Promise<void> {
    try {
      if (hasAccounts(this.target)) await this.#revocations.load();
      this.#current = await load(this.#options);
      this.#failure = undefined;
    } catch (error) {
      if (this.#options.strict === true) throw error;
      this.#options.logger?.error({ code: codeOf(error), reason: messageOf(error) }, 'loading failed');
      this.#failure = failureOf(error);
    }
    const { kept, total } = this.#current?.problems ?? new FindingList();
    if (this.#options.strict === true && this.#failure === undefined && total > 0) {
      throw new CutoverError('records-unfit', `${total} records cannot be served: ${kept[0]!.message}`, {
        next: 'see `data.findings`, correct the records and import again',
        data: { findings: kept, total },
        exitCode: 1,
      });
    }
  }
}

async function load(options: ApiOptions): Promise<Loaded> {
  const { profile, publicStore, privateStore, branch } = options;
  const { target } = profile;
  const head = await publicStore.head(branch);
  if (head === undefined) {
    throw new CutoverError('branch-missing', `the public store has no branch ${branch}`, {
      next: 'import first, or serve another branch with --branch',
    });
  }
  const [problems, warnings] = [new FindingList(), new FindingList()];
  const records = await loadRecords(target, publicStore, head.commit, problems);
  const site = new SiteMap(target, records, problems);
  const counts = countsOf(target, records);
  const loaded = { commit: head.commit, records, counts, site, problems, warnings };
  if (!hasAccounts(target)) return loaded;
  const directory = await AccountDirectory.load(target, records, privateStore, { problems, warnings });
  const verifier = new PasswordVerifier(directory.hashCosts, target.accounts.passwords.formats);
  return { ...loaded, accounts: { directory, verifier } };
}

function countsOf(target: Target, records: RecordIndexes): Record<string, number> {
  return Object.fromEntries(target.sheets.map(({ name }) => [name, records.count(name)]));
}

const stoppingReason: Finding = {
  code: 'stopping',
  message: 'the process is about to stop',
  next: 'send visitors to another one',
};

function codeOf(error: unknown): string {
  return error instanceof CutoverError ? error.code : 'load-failed';
}

/** Anybody can read why the API is not ready, so the text of an unexpected error stays in the log. */
function failureOf(error: unknown): Finding {
  return error instanceof CutoverError
    ? { code: error.code, message: error.message, next: error.next }
    : { code: codeOf(error), message: 'the stores could not be loaded', next: 'see the log' };
}
