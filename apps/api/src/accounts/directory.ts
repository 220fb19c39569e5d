import type { FindingList } from '@cutover/core';
import type { Accounts, PrivateRecord, PrivateSheet, Target } from '@cutover/records';
import type { RecordIndexes, StoredRecord } from '@cutover/records';
import type { PrivateStore } from '@cutover/stores';
import { argon2Cost, bcryptCost, type HashCosts } from './passwords.ts';

/** A private login that several people have: nobody signs in with it. */
const ambiguous = Symbol('ambiguous');

/** Each costs every sign-in one more verification; a system has had one or two in its time. */
const maxArgon2Costs = 3;

/** What signing in needs of the private store, in memory. Never serialised, never logged. */
export class AccountDirectory {
  readonly #accounts: Accounts;
  readonly #records: RecordIndexes;
  readonly #hashes = new Map<string, string>();
  readonly #claimed = new Set<string>();
  readonly #kept = new Map<string, Record<string, PrivateRecord>>();
  readonly #githubUsers = new Map<string, string>();
  readonly #logins = new Map<string, string | typeof ambiguous>();
  /** Whose the ambiguous logins are. */
  readonly #shared = new Map<string, readonly string[]>();
  #highestBcryptCost: number | undefined;
  readonly #argon2Costs = new Set<string>();

  private constructor(accounts: Accounts, records: RecordIndexes) {
    this.#accounts = accounts;
    this.#records = records;
  }

  /**
   * Reads the private sheets that accounts are made of. Records that do not fit their schema are left out
   * and named by id and field; values are never told.
   */
  static async load(
    target: Target & { readonly accounts: Accounts },
    records: RecordIndexes,
    store: Pick<PrivateStore, 'read'>,
    findings: { readonly problems: FindingList; readonly warnings: FindingList },
  ): Promise<AccountDirectory> {
    const directory = new AccountDirectory(target.accounts, records);
    const { passwords, loginPrivate, keeps = {}, github } = target.accounts;
    const wanted = new Set([
      passwords.sheet,
      loginPrivate?.sheet,
      target.claimed?.sheet,
      github?.sheet,
      ...Object.keys(keeps),
    ]);
    for (const sheet of target.privateSheets.filter(({ name }) => wanted.has(name))) {
      for await (const record of store.read(sheet.name)) {
        if (isValid(sheet, record, findings.problems)) directory.#add(target, sheet.name, record);
      }
    }
    const shared = [...directory.#logins.values()].filter((id) => id === ambiguous).length;
    if (shared > 0) findings.warnings.add(sharedLogins(shared, loginPrivate?.field ?? ''));
    return directory;
  }

  get hashCosts(): HashCosts {
    return { bcrypt: this.#highestBcryptCost, argon2: this.#argon2Costs };
  }

  /** Whose login this is, by public index and then by private field without regard to case. */
  find(login: string): StoredRecord | undefined {
    const { sheet, loginIndex } = this.#accounts;
    const byIndex = this.#records.find(sheet, loginIndex, login);
    if (byIndex !== undefined) return byIndex;
    const id = this.#logins.get(foldLogin(login));
    return typeof id === 'string' ? this.#records.byId(sheet, id) : undefined;
  }

  /** The person's private records by sheet, with no more than the fields that the target keeps. */
  privatesOf(id: string): Readonly<Record<string, PrivateRecord | undefined>> {
    return this.#kept.get(id) ?? {};
  }

  /** Why this person may not sign in, or undefined. */
  refusalOf(record: StoredRecord): string | undefined {
    return this.#accounts.refusal(record, this.privatesOf(record.id));
  }

  hashOf(id: string): string | undefined {
    return this.#hashes.get(id);
  }

  isClaimed(id: string): boolean {
    return this.#claimed.has(id);
  }

  /** Takes over what the store has by now; undefined: the account has no password any more. */
  setHash(id: string, hash: string | undefined): void {
    if (hash === undefined) this.#hashes.delete(id);
    else this.#hashes.set(id, hash);
  }

  setClaimed(id: string): void {
    this.#claimed.add(id);
  }

  /** Takes over fields that were written to a private record. */
  setPrivate(sheet: string, record: PrivateRecord): void {
    const { loginPrivate, github } = this.#accounts;
    if (sheet === loginPrivate?.sheet)
      this.#forgetLogin(record.id, this.privatesOf(record.id)[sheet]?.[loginPrivate.field]);
    this.#keep(sheet, record);
    if (sheet === loginPrivate?.sheet) this.#setLogin(record);
    const user = sheet === github?.sheet ? record[github.userIdField] : undefined;
    if (typeof user === 'string') this.#githubUsers.set(user, record.id);
  }

  /** Who has linked this GitHub account, by GitHub's own number. */
  byGithubUser(userId: string): StoredRecord | undefined {
    const id = this.#githubUsers.get(userId);
    return id === undefined ? undefined : this.#records.byId(this.#accounts.sheet, id);
  }

  /** Whether a GitHub account is linked to this person. */
  hasGithub(id: string): boolean {
    const { github } = this.#accounts;
    const linked = github === undefined ? undefined : this.privatesOf(id)[github.sheet]?.[github.userIdField];
    return typeof linked === 'string';
  }

  /** Everybody with this private login, e.g. an email address, without regard to case. */
  withPrivateLogin(login: string): readonly StoredRecord[] {
    const key = foldLogin(login);
    const found = this.#logins.get(key);
    const ids = typeof found === 'string' ? [found] : (this.#shared.get(key) ?? []);
    return ids.flatMap((id) => this.#records.byId(this.#accounts.sheet, id) ?? []);
  }

  #keep(sheet: string, record: PrivateRecord): void {
    const { keeps, github } = this.#accounts;
    const fields = [...(keeps?.[sheet] ?? []), ...(sheet === github?.sheet ? [github.userIdField] : [])];
    const present = fields.filter((field) => (record[field] ?? null) !== null);
    if (present.length === 0 && !this.#kept.has(record.id)) return;
    const kept = Object.fromEntries(present.map((field) => [field, record[field]!]));
    this.#kept.set(record.id, { ...this.#kept.get(record.id), [sheet]: { ...kept, id: record.id } });
  }

  #forgetLogin(id: string, login: unknown): void {
    const key = typeof login === 'string' ? foldLogin(login) : '';
    if (this.#logins.get(key) === id) this.#logins.delete(key);
  }

  #setLogin(record: PrivateRecord): void {
    const { loginPrivate } = this.#accounts;
    const login = loginPrivate === undefined ? undefined : record[loginPrivate.field];
    if (typeof login !== 'string' || login === '') return;
    const key = foldLogin(login);
    const before = this.#logins.get(key);
    if (before === undefined || before === record.id) this.#logins.set(key, record.id);
    else {
      const sharing = typeof before === 'string' ? [before] : (this.#shared.get(key) ?? []);
      if (!sharing.includes(record.id)) this.#shared.set(key, [...sharing, record.id]);
      this.#logins.set(key, ambiguous);
    }
  }

  #add(target: Target, sheet: string, record: PrivateRecord): void {
    const { passwords } = this.#accounts;
    const hash = sheet === passwords.sheet ? record[passwords.field] : undefined;
    if (typeof hash === 'string') {
      this.#hashes.set(record.id, hash);
      const cost = bcryptCost(hash);
      if (cost !== undefined) this.#highestBcryptCost = Math.max(cost, this.#highestBcryptCost ?? 0);
      const parameters = argon2Cost(hash);
      if (parameters !== undefined && this.#argon2Costs.size < maxArgon2Costs)
        this.#argon2Costs.add(parameters);
    }
    this.setPrivate(sheet, record);
    const { claimed } = target;
    if (sheet === claimed?.sheet && (record[claimed.field] ?? null) !== null) this.#claimed.add(record.id);
  }
}

function foldLogin(login: string): string {
  return login.trim().normalize('NFC').toLowerCase();
}

function isValid(sheet: PrivateSheet, record: PrivateRecord, problems: FindingList): boolean {
  const checked = sheet.schema.safeParse(record);
  if (checked.success) return true;
  const fields = checked.error.issues.map(({ path, code }) => `${path.join('.') || '(record)'}: ${code}`);
  problems.add({
    code: 'private-record-invalid',
    message: `${sheet.name} of ${record.id}: ${fields.join('; ')}`,
    subject: `${sheet.name}/${record.id}`,
    next: 'correct the record in the private store, or what made it, and import again',
  });
  return false;
}

function sharedLogins(count: number, field: string) {
  return {
    code: 'login-ambiguous',
    message: `${count} values of ${field} belong to several people each, who cannot sign in by it`,
    next: 'they can sign in by their other login, or have the value corrected',
  };
}
