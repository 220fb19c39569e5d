import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Check, Finding } from '@cutover/core';
import {
  parseToml,
  passwordFormatOf,
  type PrivateRecord,
  type PrivateSheet,
  type Repair,
  recordPath,
  type Sheet,
  type StoredRecord,
  type Target,
} from '@cutover/records';
import { Facts } from './facts.ts';
import { CheckFindings, LateFindings } from './findings.ts';
import { hash53 } from './hash.ts';
import { mentionsIn, privateValue } from './mentions.ts';
import type { PrivatesById } from './private-source.ts';
import type { ClaimsCheck } from './claims-check.ts';
import type { Reconciling } from './reconcile.ts';
import { joinIdentities, joinMentions, joinReferences, joinUnique } from './joins.ts';

/** What a fact's second number says, in each kind of facts. */
export const marks = { isThere: -1, orphan: -2 } as const;

export interface Recorded {
  readonly pruned: ReadonlySet<string>;
  readonly tombstones: readonly PrivateRecord[];
  /** No password is left, and none is missing: they were removed for good. */
  readonly passwordsArePurged: boolean;
}

export function tombstoneId(kind: string, value: string): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, value]))
    .digest('hex');
}

/** Looks at records one by one, and keeps for later what has to be compared across records. */
export class RecordChecks {
  readonly late = new LateFindings();
  readonly #input: Reconciling;
  readonly #claims: ClaimsCheck | undefined;
  readonly #target: Target;
  readonly #recorded: Recorded;
  readonly #tombstones: ReadonlySet<string>;
  readonly #watchClosed: boolean;
  readonly #references: Facts;
  readonly #unique: Facts;
  readonly #mentions: Facts;
  readonly #identities: Facts;
  readonly #sheetIndex: ReadonlyMap<string, number>;
  readonly #privateSheets: ReadonlyMap<string, readonly PrivateSheet[]>;
  #privates: Map<string, PrivatesById> = new Map();
  /** Public records of these private ones that were seen. */
  readonly #asked: ReadonlyMap<string, Set<string>>;
  #mentioned = 0;
  #waiting = 0;
  #unreadable = 0;
  #publicCount = 0;
  readonly #orphans = new CheckFindings('orphans', 'Public and private records belong together');
  readonly #records = new CheckFindings(
    'records',
    'Every record fits its schema, has an id of its own and lies where its fields say',
  );
  readonly #dangling = new CheckFindings('references', 'Every reference names a record that is there');
  readonly #shared = new CheckFindings('unique', 'What belongs to one record or person belongs to no other');
  readonly #identity = new CheckFindings(
    'identities',
    'Every identifier is what legacy asserted, and one person has it',
  );
  readonly #credentials = new CheckFindings(
    'credentials',
    'Every password is in a known format and may be used',
  );
  readonly #private = new CheckFindings(
    'private-in-public',
    'No private value stands in a public text of somebody else',
  );
  readonly #rules = new Map<string, CheckFindings>();

  constructor(input: Reconciling, dir: string, recorded: Recorded, claims: ClaimsCheck | undefined) {
    this.#input = input;
    this.#claims = claims;
    this.#target = input.target;
    this.#recorded = recorded;
    this.#tombstones = new Set(recorded.tombstones.map(({ id }) => id));
    this.#watchClosed =
      input.watchUntil !== undefined && Date.parse(input.watchUntil) <= (input.now ?? new Date()).getTime();
    this.#references = new Facts(join(dir, 'references'));
    this.#unique = new Facts(join(dir, 'unique'));
    this.#mentions = new Facts(join(dir, 'mentions'));
    this.#identities = new Facts(join(dir, 'identities'));
    this.#sheetIndex = new Map(input.target.sheets.map(({ name }, index) => [name, index + 1]));
    this.#asked = new Map(input.target.sheets.map(({ name }) => [name, new Set()]));
    this.#privateSheets = new Map(
      input.target.sheets.map(({ name }) => [
        name,
        input.target.privateSheets.filter(({ of }) => of === name),
      ]),
    );
    for (const { id, title } of input.target.reconcile) this.#rules.set(id, new CheckFindings(id, title));
  }

  /** Private records of the people that come next. */
  begin(privates: Map<string, PrivatesById>): void {
    this.#privates = privates;
    for (const sheet of this.#target.privateSheets) {
      for (const record of privates.get(sheet.name)!.values()) this.#seePrivate(sheet, record);
    }
  }

  /** Whatever was not asked for belongs to nobody. */
  end(): void {
    for (const { name, of } of this.#target.privateSheets) {
      for (const [id, seen] of this.#privates.get(name)!) {
        if (this.#asked.get(of)?.has(id) === true) continue;
        const pruned = this.#recorded.pruned.has(id);
        this.#orphans.add({
          code: pruned ? 'private-record-of-pruned' : 'private-record-orphaned',
          message: `${name} has ${id}, which ${pruned ? 'was pruned' : `is not in ${of}`}`,
          subject: `${name}/${id}`,
          next: pruned ? this.#input.commands.fix('remove-pruned') : this.#ofOrphan(name, id),
        });
        if (pruned) {
          this.#input.onRepair?.({
            id,
            rule: 'orphans',
            class: 'remove-pruned',
            sheet: name,
            seen,
            afterWatch: false,
            change: () => undefined,
          });
        }
      }
    }
    this.#privates = new Map();
    for (const asked of this.#asked.values()) asked.clear();
  }

  #ofOrphan(sheet: string, id: string): string {
    if (this.#unreadable > 0)
      return 'it may belong to a record that cannot be read: mend those first, then reconcile again';
    return `where the public record was lost, import again; where the person is gone on purpose: ${this.#input.commands.private('remove', sheet, id)}`;
  }

  seeStranger(path: string): void {
    this.#records.looked++;
    this.#records.add({
      code: 'sheet-unknown',
      message: `${path} belongs to no sheet`,
      subject: path,
      next: `look at it with the profile that made it; where nobody needs it: ${this.#input.commands.record('remove', path)}`,
    });
  }

  /** Looks at a public record by itself. Gives it where it fits. */
  see(sheet: Sheet, ordinal: number, path: string, bytes: Buffer): StoredRecord | undefined {
    this.#records.looked++;
    this.#publicCount++;
    const record = this.#parse(sheet, path, bytes);
    if (record === undefined) return undefined;
    this.#seeId(sheet, ordinal, path, record);
    this.#seeReferences(sheet, ordinal, record);
    const { identity } = this.#input;
    if (identity?.sheet === sheet.name) this.#seeIdentity(identity.field, ordinal, path, record);
    this.#seeTexts(sheet, ordinal, record);
    return record;
  }

  /** Looks at a public record with its private ones; undefined: it does not fit, and they belong to it all the same. */
  seeWithPrivates(
    sheet: Sheet,
    ordinal: number,
    path: string,
    idFound: string | undefined,
    record: StoredRecord | undefined,
  ): void {
    const own: Record<string, PrivateRecord | undefined> = {};
    const sheets = this.#privateSheets.get(sheet.name)!;
    for (const { name } of sheets)
      own[name] = idFound === undefined ? undefined : this.#privates.get(name)?.get(idFound);
    if (record !== undefined) this.#seePerson(sheet, ordinal, path, record, own);
    // Kept until the end: of two records with one id, which is a finding of its own, the second has them too.
    if (idFound !== undefined && sheets.length > 0) this.#asked.get(sheet.name)!.add(idFound);
  }

  seeLedger({ id, value }: { readonly id: string; readonly value: string | null }): void {
    this.#identity.looked++;
    this.#identities.add(hash53(id), marks.isThere, value === null ? 0 : hash53(value, 1));
  }

  #seePrivate(sheet: PrivateSheet, record: PrivateRecord): void {
    this.#orphans.looked++;
    this.#claims?.seePrivate(sheet.name, record);
    const parsed = sheet.schema.safeParse(record);
    if (!parsed.success) {
      const field = fieldOf(parsed.error.issues[0]!);
      const fits = canLose(sheet.schema, record, field);
      const words = fits ? ['unset', sheet.name, record.id, field] : ['put-back', sheet.name, record.id];
      this.#records.add({
        code: 'private-record-invalid',
        message: `${sheet.name} ${record.id}: ${field} does not fit its schema`,
        subject: `${sheet.name}/${record.id}`,
        next: `put the field right with the new site, or: ${this.#input.commands.private(...words)}`,
      });
    }
    const { passwords } = this.#target.accounts ?? {};
    if (passwords?.sheet !== sheet.name) return;
    this.#credentials.looked++;
    if (passwordFormatOf(record[passwords.field], passwords.formats) !== undefined) return;
    this.#credentials.add({
      code: 'password-format-unknown',
      message: `${sheet.name} ${record.id}: the password is in no format that sign-in knows`,
      subject: `${sheet.name}/${record.id}`,
      next: `nobody can sign in with it: ${this.#input.commands.private('remove', sheet.name, record.id)}`,
    });
  }

  #parse(sheet: Sheet, path: string, bytes: Buffer): StoredRecord | undefined {
    let fields: Record<string, unknown>;
    try {
      fields = parseToml(bytes.toString());
    } catch (error) {
      this.#unreadable++;
      const why = error instanceof Error ? error.message.split('\n', 1)[0] : 'no TOML';
      this.#records.add({
        code: 'record-unreadable',
        message: `${path}: ${why}`,
        subject: path,
        next: `what it was before: ${this.#input.commands.record('put-back', path)}`,
      });
      return undefined;
    }
    const parsed = sheet.schema.safeParse(fields);
    if (parsed.success) return fields as StoredRecord;
    const issue = parsed.error.issues[0]!;
    const field = fieldOf(issue);
    const words = canLose(sheet.schema, fields, field) ? ['unset', path, field] : ['put-back', path];
    this.#records.add({
      code: 'record-invalid',
      message: `${path}: ${field} does not fit its schema (${issue.message})`,
      subject: path,
      next: `put the field right with the new site, or: ${this.#input.commands.record(...words)}`,
    });
    return undefined;
  }

  #seeId(sheet: Sheet, ordinal: number, path: string, record: StoredRecord): void {
    const index = this.#sheetIndex.get(sheet.name)!;
    this.#references.add(hash53(record.id, index), marks.isThere, ordinal);
    let belongs: string;
    try {
      belongs = recordPath(sheet.name, sheet.path, record);
    } catch {
      belongs = 'nowhere: a field of its path is no file name';
    }
    if (belongs !== path) {
      this.#records.add({
        code: 'path-differs',
        message: `${path}: by its fields it belongs at ${belongs}`,
        subject: path,
        next: `put the field back with the new site, or: ${this.#input.commands.record(belongs.startsWith('nowhere') ? 'put-back' : 'move', path)}`,
      });
    }
    for (const field of sheet.unique ?? []) {
      const value = record[field];
      if (value === undefined || value === null) continue;
      this.#shared.looked++;
      this.#unique.add(hash53(`${sheet.name} ${field} ${String(value)}`), ordinal, 0);
    }
  }

  #seeReferences(sheet: Sheet, ordinal: number, record: StoredRecord): void {
    let field = -1;
    for (const name in sheet.references) {
      field++;
      const id = record[name];
      if (typeof id !== 'string') continue;
      this.#dangling.looked++;
      const to = sheet.references[name]!;
      if (id === record.id && to === sheet.name) continue;
      this.#references.add(hash53(id, this.#sheetIndex.get(to) ?? 0), ordinal, field);
    }
  }

  #seePerson(
    sheet: Sheet,
    ordinal: number,
    path: string,
    record: StoredRecord,
    own: Readonly<Record<string, PrivateRecord | undefined>>,
  ): void {
    for (const { name, everyRecord } of this.#privateSheets.get(sheet.name)!) {
      const record_ = own[name];
      if (everyRecord && record_ === undefined) {
        this.#orphans.add({
          code: 'private-record-missing',
          message: `${path} has no record in ${name}`,
          subject: path,
          next: `import again, or what it was before: ${this.#input.commands.private('put-back', name, record.id)}`,
        });
      }
      if (record_ !== undefined) this.#seeValues(name, ordinal, record_);
    }
    this.#seeAccount(sheet, record, own);
    for (const rule of this.#target.reconcile) {
      if (rule.sheet !== sheet.name) continue;
      const found = rule.check(record, own);
      if (found === undefined) continue;
      const state = this.#rules.get(rule.id)!;
      state.looked++;
      if (found.length === 0) continue;
      const repair = rule.repair?.(record, own);
      for (const finding of found) state.add(this.#withNext(finding, repair));
      if (repair !== undefined)
        this.#input.onRepair?.({ ...repair, id: record.id, rule: rule.id, seen: own[repair.sheet] });
    }
  }

  /** Keeps what private values are, by their hashes, to find them shared or in public texts. */
  #seeValues(sheet: string, ordinal: number, record: PrivateRecord): void {
    const { loginPrivate, github } = this.#target.accounts ?? {};
    for (const field in record) {
      const value = record[field];
      if (field === 'id' || typeof value !== 'string') continue;
      if (sheet === github?.sheet && field === github.userIdField) {
        this.#shared.looked++;
        this.#unique.add(hash53(`private ${sheet} ${field} ${value}`), ordinal, 2);
      }
      const found = privateValue(value);
      if (found === undefined) continue;
      const hash = hash53(found.text, 7);
      this.#mentions.add(hash, marks.isThere, ordinal);
      if (sheet === loginPrivate?.sheet && field === loginPrivate.field) {
        this.#shared.looked++;
        this.#unique.add(hash, ordinal, 1);
      }
    }
  }

  #seeIdentity(field: string, ordinal: number, path: string, record: StoredRecord): void {
    const value = record[field];
    const has = typeof value === 'string';
    if (this.#input.ledger !== undefined) {
      this.#identities.add(hash53(record.id), ordinal, has ? hash53(value, 1) : 0);
    }
    if (!has) return;
    this.#claims?.seeNameId(value, record.id);
    this.#identity.looked++;
    this.#unique.add(hash53(`identity ${value}`), ordinal, 3);
    if (this.#tombstones.size > 0 && this.#tombstones.has(tombstoneId('name-id', value))) {
      this.#identity.add({
        code: 'name-id-reused',
        message: `${path}: the NameID belonged to a person who is gone`,
        subject: path,
        next: `who is gone would be signed in as this person: ${this.#input.commands.record('set', path, field, '--from-ledger')}`,
      });
    }
  }

  /** Passwords of people who may not sign in: those of the old site wait until nobody goes back to it. */
  #seeAccount(
    sheet: Sheet,
    record: StoredRecord,
    own: Readonly<Record<string, PrivateRecord | undefined>>,
  ): void {
    const { accounts } = this.#target;
    if (accounts?.sheet !== sheet.name) return;
    if (this.#recorded.passwordsArePurged) this.#credentials.looked++;
    if (own[accounts.passwords.sheet] === undefined) return;
    const refusal = accounts.refusal(record, own);
    if (refusal === undefined) return;
    if (!this.#watchClosed) {
      this.#waiting++;
      return;
    }
    this.#credentials.add({
      code: 'password-of-refused',
      message: `${sheet.name} ${record.id} has a password and may not sign in: ${refusal}`,
      subject: `${accounts.passwords.sheet}/${record.id}`,
      next: this.#input.commands.fix('delete-refused-password', true),
    });
    this.#input.onRepair?.({
      id: record.id,
      rule: 'credentials',
      class: 'delete-refused-password',
      sheet: accounts.passwords.sheet,
      seen: own[accounts.passwords.sheet],
      afterWatch: true,
      change: () => undefined,
    });
  }

  #seeTexts(sheet: Sheet, ordinal: number, record: StoredRecord): void {
    for (const field in record) {
      const value = record[field];
      if (typeof value !== 'string' || value.length < 6 || field === 'id' || field in sheet.references)
        continue;
      for (const { text } of mentionsIn(value)) {
        this.#mentioned++;
        this.#mentions.add(hash53(text, 7), ordinal, sheet.freeText.includes(field) ? 1 : 0);
      }
    }
  }

  /** Compares across records what was kept for that. */
  join(): void {
    const { sheets } = this.#target;
    const { commands } = this.#input;
    joinReferences(this.#references, {
      sheets,
      commands,
      late: this.late,
      dangling: this.#dangling,
      records: this.#records,
    });
    joinUnique(this.#unique, {
      ...this.#input,
      late: this.late,
      shared: this.#shared,
      identities: this.#identity,
    });
    if (this.#mentioned > 0) joinMentions(this.#mentions, this.late, this.#private, commands);
    this.#private.looked = this.#publicCount;
    if (this.#input.ledger !== undefined)
      joinIdentities(this.#identities, this.late, this.#identity, this.#input.identity!, commands);
  }

  conclude(): Check[] {
    const { accounts, sheets } = this.#target;
    if (this.#publicCount === 0) this.#orphans.looked = 0;
    return [
      this.#orphans.conclude({ publicRecords: this.#publicCount, pruned: this.#recorded.pruned.size }),
      this.#records.conclude(),
      this.#dangling.conclude(),
      ...(accounts !== undefined || sheets.some(({ unique }) => unique !== undefined)
        ? [this.#shared.conclude()]
        : []),
      ...(this.#input.identity === undefined
        ? []
        : [
            this.#identity.conclude({
              comparedToLedger: this.#input.ledger !== undefined,
              tombstones: this.#tombstones.size,
            }),
          ]),
      ...(accounts === undefined
        ? []
        : [this.#credentials.conclude({ leftAloneUntilTheWatchWindowCloses: this.#waiting })]),
      this.#private.conclude({ mentions: this.#mentioned }),
      ...[...this.#rules.values()].map((rule) => rule.conclude()),
    ];
  }

  #withNext(finding: Finding, repair: Repair | undefined): Finding {
    const { commands } = this.#input;
    if (repair !== undefined) return { ...finding, next: commands.fix(repair.class, repair.afterWatch) };
    return finding.next === undefined ? finding : { ...finding, next: commands.complete(finding.next) };
  }

  /** Public records that were looked at. */
  get people(): number {
    return this.#publicCount;
  }

  close(): void {
    for (const facts of [this.#references, this.#unique, this.#mentions, this.#identities]) facts.close();
  }
}

/** The top field that a schema's complaint is about. */
function fieldOf(issue: {
  readonly path: readonly PropertyKey[];
  readonly keys?: readonly string[];
}): string {
  return String(issue.path[0] ?? issue.keys?.[0] ?? '');
}

/** Whether a record fits without a field. */
export function canLose(
  schema: { safeParse(record: unknown): { readonly success: boolean } },
  record: Readonly<Record<string, unknown>>,
  field: string,
): boolean {
  const rest = Object.fromEntries(Object.entries(record).filter(([name]) => name !== field));
  return field in record && schema.safeParse(rest).success;
}
