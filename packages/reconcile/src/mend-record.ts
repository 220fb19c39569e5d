import { CutoverError, exitCodes } from '@cutover/core';
import {
  fileInTree,
  type IdentityRule,
  parseToml,
  type PublicFields,
  recordPath,
  type Sheet,
  type StoredRecord,
  type Target,
  writeToml,
} from '@cutover/records';
import { editTree, git, type PrivateStore, type PublicStore, readPath, type TreeEdit } from '@cutover/stores';
import { Audit } from './audit.ts';
import { legacyIdentities } from './ledger-identities.ts';
import { mentionsIn, privateValue } from './mentions.ts';
import { spelled } from './mend-private.ts';

/** What somebody decided to do about one public record. */
export type RecordMend =
  | { readonly kind: 'set'; readonly field: string; readonly value: string }
  /** The identifier, as the ledger says that legacy asserted it; none where it asserted none. */
  | { readonly kind: 'set-from-ledger'; readonly field: string }
  | { readonly kind: 'unset'; readonly field: string }
  | { readonly kind: 'remove' }
  /** To where its fields say that it belongs. */
  | { readonly kind: 'move' }
  /** Back to the latest earlier version of the file that fits. */
  | { readonly kind: 'put-back' }
  /** Private values of other people in its texts become `[removed]`. */
  | { readonly kind: 'redact' };

export interface MendRecordInput {
  readonly target: Target;
  readonly identity?: IdentityRule | undefined;
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  readonly branch: string;
  readonly path: string;
  readonly run: string;
  readonly by: string;
  readonly dryRun: boolean;
}

export interface MendedRecord {
  /** Where the record is afterwards; undefined: nowhere. */
  readonly path: string | undefined;
  readonly changed: boolean;
  readonly commit?: string;
}

interface Found {
  readonly input: MendRecordInput;
  readonly text: string;
  readonly sheet: Sheet | undefined;
}

/**
 * Does what a human decided about one public record, as a commit of its own with an audit line: it fits its schema
 * afterwards and lies where its fields say. Throws CutoverError `branch-missing`, `record-missing`,
 * `record-misfit`, `path-taken`, `value-taken` or `no-earlier-version`; nothing is done then.
 */
export async function mendRecord(input: MendRecordInput, mend: RecordMend): Promise<MendedRecord> {
  const { publicStore, privateStore, branch, path } = input;
  const head = await publicStore.head(branch);
  if (head === undefined)
    throw refusal('branch-missing', `the public store has no branch ${branch}`, 'give another --branch');
  const text = await readPath(publicStore.dir, head.commit, path);
  if (text === null)
    throw refusal('record-missing', `${branch} has no ${path}`, 'see that the path is right');
  const sheet = input.target.sheets.find(({ name }) => path.startsWith(`${name}/`));
  const after = await afterwards({ input, text, sheet }, mend, head.commit);
  const content = after === undefined ? undefined : writeToml(after);
  const to = after === undefined ? undefined : recordPath(sheet!.name, sheet!.path, after);
  const edits: TreeEdit[] = [];
  if (to !== path) edits.push({ path, content: null });
  // A file of a record is part of it. An object of the public bucket stays: another branch may name it.
  const file = after === undefined ? fileInTree(sheet?.name ?? '', readable(text) ?? {}) : undefined;
  if (file !== undefined) edits.push({ path: file, content: null });
  if (to !== undefined && (to !== path || content !== text)) edits.push({ path: to, content: content! });
  if (to !== undefined && to !== path && (await readPath(publicStore.dir, head.commit, to)) !== null)
    throw refusal('path-taken', `there is a record at ${to} already`, 'change or remove that one first');
  await claimIdentity(input, mend, after);
  if (input.dryRun || edits.length === 0) return { path: to, changed: edits.length > 0 };
  const audit = new Audit(privateStore, input.run, input.by);
  const fields = 'field' in mend ? [mend.field] : [];
  const commit = await audit.around([{ what: mend.kind, subject: path, fields }], async () => {
    const tree = await editTree(publicStore.dir, head.commit, edits);
    const message = `${titles[mend.kind]} ${path}\n\nCutover-Mend: ${input.run}\nCutover-By: ${input.by}\n`;
    return (await publicStore.commit(branch, { tree, message, expected: head })).commit;
  });
  return { path: to, changed: true, commit };
}

const titles: Readonly<Record<RecordMend['kind'], string>> = {
  set: 'Set a field of',
  'set-from-ledger': 'Put back the identifier of',
  unset: 'Take a field out of',
  remove: 'Remove',
  move: 'Move',
  'put-back': 'Put back',
  redact: 'Take private values out of',
};

async function afterwards(found: Found, mend: RecordMend, commit: string): Promise<StoredRecord | undefined> {
  if (mend.kind === 'remove') return undefined;
  const { sheet, input } = found;
  if (sheet === undefined) {
    throw refusal(
      'sheet-unknown',
      `${input.path} belongs to no sheet`,
      `it can be removed: cutover record remove ${input.path}`,
    );
  }
  if (mend.kind === 'put-back') return putBack(input, sheet, found.text, commit);
  const record = readable(found.text) as StoredRecord | undefined;
  if (record === undefined)
    throw refusal(
      'record-unreadable',
      `${input.path} cannot be read`,
      `put back what it was: cutover record put-back ${input.path}`,
    );
  if (mend.kind === 'move') return fitting(input, sheet, [record]);
  if (mend.kind === 'redact') return fitting(input, sheet, [await redacted(input, sheet, record)]);
  const rest = Object.fromEntries(
    Object.entries(record).filter(([field]) => field !== mend.field),
  ) as StoredRecord;
  if (mend.kind === 'unset') return fitting(input, sheet, [rest]);
  const value = mend.kind === 'set' ? mend.value : await legacyValue(input, mend.field, record.id);
  if (value === null) return fitting(input, sheet, [rest]);
  const values = mend.kind === 'set' ? [value, ...spelled(value)] : [value];
  return fitting(
    input,
    sheet,
    values.map((one) => ({ ...record, [mend.field]: one })),
  );
}

function readable(text: string): Record<string, unknown> | undefined {
  try {
    return parseToml(text);
  } catch {
    return undefined;
  }
}

function fitting({ path }: MendRecordInput, sheet: Sheet, records: readonly StoredRecord[]): StoredRecord {
  const found = records.find((record) => sheet.schema.safeParse(record).success);
  if (found !== undefined) return found;
  const issue = sheet.schema.safeParse(records[0]).error?.issues[0];
  throw refusal(
    'record-misfit',
    `${path} would not fit its schema: ${issue?.path.map(String).join('.')} ${issue?.message}`,
    'give a value that fits, or take the record out: cutover record remove',
  );
}

async function putBack(
  { publicStore, path }: MendRecordInput,
  sheet: Sheet,
  text: string,
  commit: string,
): Promise<StoredRecord> {
  const log = await git(publicStore.dir, ['rev-list', '--first-parent', commit, '--', path]);
  for (const earlier of log.split('\n').filter((line) => line !== '')) {
    const then = await readPath(publicStore.dir, earlier, path);
    if (then === null || then === text) continue;
    const record = readable(then);
    if (record !== undefined && sheet.schema.safeParse(record).success) return record as StoredRecord;
  }
  throw refusal(
    'no-earlier-version',
    `no earlier version of ${path} fits`,
    // A moved record has its versions under the path before: what is gone here is not gone for good.
    `put its fields right: cutover record set ${path} FIELD VALUE, or take it out: cutover record remove ${path}`,
  );
}

async function legacyValue(
  { identity, privateStore }: MendRecordInput,
  field: string,
  id: string,
): Promise<string | null> {
  const lines = identity?.field === field ? await legacyIdentities(privateStore) : undefined;
  if (lines === undefined)
    throw refusal(
      'not-in-ledger',
      `no ledger says what ${field} was`,
      'give the value: cutover record set PATH FIELD VALUE',
    );
  for await (const line of lines) if (line.id === id) return line.value === '' ? null : line.value;
  return null;
}

/** An identifier is claimed for who gets it. What the ledger says moves a claim of an import that says otherwise. */
async function claimIdentity(
  { identity, privateStore, dryRun }: MendRecordInput,
  mend: RecordMend,
  after: StoredRecord | undefined,
): Promise<void> {
  const value = identity === undefined || !('field' in mend) ? undefined : after?.[identity.field];
  if (dryRun || !('field' in mend) || mend.field !== identity?.field || typeof value !== 'string') return;
  if (mend.kind === 'set-from-ledger') await privateStore.claims.correctImported('name-id', value, after!.id);
  const { won, owner } = await privateStore.claims.claim('name-id', value, after!.id);
  if (!won)
    throw refusal(
      'value-taken',
      `the NameID was claimed by ${owner} before, who would be signed in as this one`,
      'give another',
    );
}

async function redacted(
  { privateStore, target }: MendRecordInput,
  sheet: Sheet,
  record: StoredRecord,
): Promise<StoredRecord> {
  const texts = Object.entries(record).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && entry[0] !== 'id' && !(entry[0] in sheet.references),
  );
  const wanted = new Set(texts.flatMap(([, value]) => [...mentionsIn(value)].map(({ text }) => text)));
  const [own, others] = [new Set<string>(), new Set<string>()];
  for (const { name } of target.privateSheets) {
    for await (const one of privateStore.read(name)) {
      // Who the record is of, or names, may have written it there.
      const into = Object.values(record).includes(one.id) ? own : others;
      for (const value of Object.values(one)) {
        const found = typeof value === 'string' ? privateValue(value)?.text : undefined;
        if (found !== undefined && wanted.has(found)) into.add(found);
      }
    }
  }
  const clean = texts.map(([field, value]) => [
    field,
    withoutMentions(
      value,
      ({ text }) => others.has(text) || (own.has(text) && !sheet.freeText.includes(field)),
    ),
  ]);
  return { ...record, ...(Object.fromEntries(clean) as PublicFields) };
}

function withoutMentions(value: string, isGone: (mention: { readonly text: string }) => boolean): string {
  let text = value;
  for (const mention of mentionsIn(value))
    if (isGone(mention)) text = text.replaceAll(mention.found, '[removed]');
  return text;
}

function refusal(code: string, message: string, next: string): CutoverError {
  return new CutoverError(code, message, { next: `nothing was changed; ${next}`, exitCode: exitCodes.usage });
}
