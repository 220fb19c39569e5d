import { type Check, concludeCheck, FindingList } from '@cutover/core';
import {
  parseToml,
  type PrivateRecord,
  recordPath,
  type Sheet,
  type StoredRecord,
  type Target,
} from '@cutover/records';
import type { PrivateStore, PublicStore, TreeFile } from '@cutover/stores';

export interface ReconcileInput {
  readonly target: Target;
  readonly publicStore: PublicStore;
  /** Branch or commit to look at. */
  readonly treeish: string;
  readonly privateStore: PrivateStore;
}

/** Holds the public store against the private one, and each against itself. Changes nothing. */
export async function reconcile(input: ReconcileInput): Promise<Check[]> {
  const state = new ReconcileState(input.target);
  await state.readPrivates(input.privateStore);
  for await (const file of input.publicStore.readRecords(input.treeish)) state.see(file);
  return state.conclude();
}

interface Reference {
  readonly path: string;
  readonly field: string;
  readonly sheet: string;
  readonly id: string;
}

class ReconcileState {
  readonly #target: Target;
  readonly #sheets: ReadonlyMap<string, Sheet>;
  readonly #privates = new Map<string, Map<string, PrivateRecord>>();
  readonly #ids = new Map<string, Set<string>>();
  readonly #references: Reference[] = [];
  readonly #orphans = new FindingList();
  readonly #records = new FindingList();
  readonly #dangling = new FindingList();
  readonly #rules = new Map<string, { findings: FindingList; looked: number }>();
  #looked = 0;
  #privateCount = 0;
  #referenceCount = 0;

  constructor(target: Target) {
    this.#target = target;
    this.#sheets = new Map(target.sheets.map((sheet) => [sheet.name, sheet]));
    for (const sheet of target.sheets) this.#ids.set(sheet.name, new Set());
    for (const rule of target.reconcile) this.#rules.set(rule.id, { findings: new FindingList(), looked: 0 });
  }

  async readPrivates(store: PrivateStore): Promise<void> {
    for (const sheet of this.#target.privateSheets) {
      const records = new Map<string, PrivateRecord>();
      for await (const record of store.read(sheet.name)) {
        this.#privateCount++;
        records.set(record.id, record);
        const parsed = sheet.schema.safeParse(record);
        if (parsed.success) continue;
        const issue = parsed.error.issues[0]!;
        this.#records.add({
          code: 'private-record-invalid',
          message: `${sheet.name} ${record.id}: ${issue.path.map(String).join('.')} does not fit its schema`,
          subject: `${sheet.name}/${record.id}`,
        });
      }
      this.#privates.set(sheet.name, records);
    }
  }

  see(file: TreeFile): void {
    this.#looked++;
    const sheet = this.#sheets.get(file.sheet);
    if (sheet === undefined) {
      this.#records.add({
        code: 'sheet-unknown',
        message: `${file.path} belongs to no sheet`,
        subject: file.path,
      });
      return;
    }
    const record = this.#parse(sheet, file);
    if (record === undefined) return;
    this.#seeId(sheet, file.path, record);
    this.#seeReferences(sheet, file.path, record);
    this.#seePrivates(sheet, file.path, record);
  }

  #parse(sheet: Sheet, file: TreeFile): StoredRecord | undefined {
    try {
      const fields = parseToml(file.bytes.toString());
      const parsed = sheet.schema.safeParse(fields);
      if (!parsed.success) {
        const issue = parsed.error.issues[0]!;
        this.#records.add({
          code: 'record-invalid',
          message: `${file.path}: ${issue.path.map(String).join('.')} does not fit its schema (${issue.message})`,
          subject: file.path,
        });
        return undefined;
      }
      return fields as StoredRecord;
    } catch (error) {
      this.#records.add({
        code: 'record-unreadable',
        message: `${file.path}: ${error instanceof Error ? error.message.split('\n', 1)[0] : 'no TOML'}`,
        subject: file.path,
      });
      return undefined;
    }
  }

  #seeId(sheet: Sheet, path: string, record: StoredRecord): void {
    const ids = this.#ids.get(sheet.name)!;
    if (ids.has(record.id)) {
      this.#records.add({
        code: 'id-twice',
        message: `${path}: another record has the id ${record.id}`,
        subject: path,
      });
    }
    ids.add(record.id);
    if (recordPath(sheet.name, sheet.path, record) !== path) {
      this.#records.add({
        code: 'path-differs',
        message: `${path}: by its fields it belongs at ${recordPath(sheet.name, sheet.path, record)}`,
        subject: path,
        next: 'rename the file, or put the field back',
      });
    }
  }

  #seeReferences(sheet: Sheet, path: string, record: StoredRecord): void {
    for (const [field, to] of Object.entries(sheet.references)) {
      const id = record[field];
      if (typeof id !== 'string') continue;
      this.#referenceCount++;
      // What is not there yet may come later in the tree; only those are remembered.
      if (this.#ids.get(to)?.has(id) !== true) this.#references.push({ path, field, sheet: to, id });
    }
  }

  #seePrivates(sheet: Sheet, path: string, record: StoredRecord): void {
    const own: Record<string, PrivateRecord | undefined> = {};
    for (const { name, of, everyRecord } of this.#target.privateSheets) {
      if (of !== sheet.name) continue;
      own[name] = this.#privates.get(name)?.get(record.id);
      if (everyRecord && own[name] === undefined) {
        this.#orphans.add({
          code: 'private-record-missing',
          message: `${path} has no record in ${name}`,
          subject: path,
          next: 'import again, or prune the person from both stores',
        });
      }
    }
    for (const rule of this.#target.reconcile) {
      if (rule.sheet !== sheet.name) continue;
      const found = rule.check(record, own);
      if (found === undefined) continue;
      const state = this.#rules.get(rule.id)!;
      state.looked++;
      for (const finding of found) state.findings.add(finding);
    }
  }

  conclude(): Check[] {
    for (const { path, field, sheet, id } of this.#references) {
      if (this.#ids.get(sheet)!.has(id)) continue;
      this.#dangling.add({
        code: 'reference-dangling',
        message: `${path}: ${field} names ${id}, which is not in ${sheet}`,
        subject: path,
      });
    }
    for (const { name, of } of this.#target.privateSheets) {
      const ids = this.#ids.get(of)!;
      for (const id of this.#privates.get(name)!.keys()) {
        if (ids.has(id)) continue;
        this.#orphans.add({
          code: 'private-record-orphaned',
          message: `${name} has ${id}, which is not in ${of}`,
          subject: `${name}/${id}`,
          next: 'if the person was pruned, remove the record; if not, the public record was lost',
        });
      }
    }
    return [
      concludeCheck({
        id: 'reconcile-orphans',
        title: 'Public and private records belong together',
        looked: this.#looked === 0 ? 0 : this.#privateCount,
        expected: 0,
        actual: this.#orphans.total,
        findings: this.#orphans,
        evidence: { publicRecords: this.#looked, privateRecords: this.#privateCount },
      }),
      concludeCheck({
        id: 'reconcile-records',
        title: 'Every record fits its schema, has an id of its own and lies where its fields say',
        looked: this.#looked,
        expected: 0,
        actual: this.#records.total,
        findings: this.#records,
      }),
      concludeCheck({
        id: 'reconcile-references',
        title: 'Every reference names a record that is there',
        looked: this.#referenceCount,
        expected: 0,
        actual: this.#dangling.total,
        findings: this.#dangling,
      }),
      ...this.#target.reconcile.map((rule) => {
        const { findings, looked } = this.#rules.get(rule.id)!;
        return concludeCheck({
          id: `reconcile-${rule.id}`,
          title: rule.title,
          looked,
          expected: 0,
          actual: findings.total,
          findings,
        });
      }),
    ];
  }
}
