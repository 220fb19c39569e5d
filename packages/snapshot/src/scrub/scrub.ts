import { CutoverError, exitCodes, type Listener } from '@cutover/core';
import { type Profile, recordPath, type ScrubRules, type StoredRecord, writeToml } from '@cutover/records';
import { type Head, type PrivateStore, type PublicStore, sheetConfig } from '@cutover/stores';
import type { ScrubKey } from '../key.ts';
import { canaryCount, canaryRecords } from './canaries.ts';
import { assertScrubRules } from './check-rules.ts';
import { Follow } from './follow.ts';
import { indexRecords, type ScrubIndex } from './index-pass.ts';
import { newId } from './new-id.ts';
import { Pseudonyms } from './pseudonyms.ts';
import { sourceRecords } from './records.ts';
import { rewire } from './rewire.ts';
import { type ScrubContext, scrubRecord } from './scrub-record.ts';
import { Vocabulary } from './vocabulary.ts';

/** The branch that a snapshot is on. */
export const snapshotBranch = 'snapshot';

export interface ScrubInput {
  readonly profile: Profile;
  readonly key: ScrubKey;
  readonly publicStore: Pick<PublicStore, 'head' | 'readRecords'>;
  /** What the site serves. */
  readonly branch: string;
  /** Tells whose addresses texts mention, and which words must not be made up. */
  readonly privateStore: Pick<PrivateStore, 'read'> | undefined;
  /** A repository that has nothing yet. */
  readonly snapshot: PublicStore;
  readonly testLogins?: boolean;
  /** Exchange who belongs to what, so that the shape of the graph tells nothing. */
  readonly rewire?: boolean;
  /** Hosts whose addresses in texts are the site's own. */
  readonly siteHosts?: readonly string[];
  readonly onEvent?: Listener;
}

export interface ScrubResult {
  readonly head: Head;
  /** Records by sheet, canaries and test logins included. */
  readonly records: Readonly<Record<string, number>>;
  /** What too few shared and was given up, by sheet and field. */
  readonly givenUp: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Records by sheet that too few resemble whatever is given up; they name nobody. */
  readonly alone: Readonly<Record<string, number>>;
  readonly canaries: number;
  readonly testLogins: number;
}

/**
 * Writes the scrubbed records of a branch as one commit without parents. The same key and records give the same
 * tree, byte for byte. Throws CutoverError `scrub-rules-missing`, `scrub-field-without-rule`,
 * `scrub-branch-missing`, `scrub-branch-empty`, `snapshot-not-empty` or `scrub-record-invalid`.
 */
export async function scrub(input: ScrubInput): Promise<ScrubResult> {
  const rules = assertScrubRules(input.profile);
  const head = await input.publicStore.head(input.branch);
  if (head === undefined) throw branchMissing(input.branch);
  if ((await input.snapshot.head(snapshotBranch)) !== undefined) throw notEmpty(input.snapshot.dir);
  const index = await indexRecords({ ...input, rules, store: input.publicStore, commit: head.commit });
  if (index.sheets.get(rules.people)!.ids.length <= canaryCount) throw branchEmpty(input.branch);
  const context = contextOf(input, rules, index);
  const writer = await input.snapshot.writeTree();
  const records: Record<string, number> = {};
  const paths = new Set<string>();
  const put = async (sheet: string, record: StoredRecord): Promise<void> => {
    records[sheet] = (records[sheet] ?? 0) + 1;
    if (writer.put(placeOf(input.profile, sheet, record, paths), writeToml(record))) await writer.drained();
  };
  try {
    for (const sheet of input.profile.target.sheets) {
      const { path, content } = sheetConfig(sheet);
      writer.put(path, content);
    }
    let done = 0;
    const write = async (sheet: string, record: StoredRecord): Promise<void> => {
      await put(sheet, scrubRecord(context, index.plans.get(sheet)!, record));
      if (++done % 2000 === 0) await input.onEvent?.({ type: 'progress', phase: 'scrub', rowsDone: done });
    };
    for (const { sheet, record } of canaryRecords(input.key, rules)) await write(sheet, record);
    for await (const { sheet, record } of sourceRecords(input.publicStore, head.commit))
      await write(sheet, record);
    const logins = input.testLogins === true ? (rules.testLogins ?? []) : [];
    for (const { login, fields } of logins) {
      await put(rules.people, { id: testLoginId(input.key, login), ...fields });
    }
    const tree = await writer.finish();
    // No word more than verifying takes for the snapshot's own: a page may be called "about".
    const message = `Scrubbed snapshot\n\nCutover-Snapshot: 1\nCutover-Profile: ${input.profile.name}/${input.profile.version}\n`;
    return {
      head: await input.snapshot.commit(snapshotBranch, { tree, message, expected: undefined }),
      records,
      givenUp: mapSheets(index, ({ anonymised }) => anonymised.givenUp),
      alone: mapSheets(index, ({ anonymised }) => anonymised.alone.size),
      canaries: rules.canary === undefined ? 0 : canaryCount,
      testLogins: logins.length,
    };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** The id of a test login's record. */
export const testLoginId = (key: ScrubKey, login: string): string => {
  const hex = key.digest('test-login', login).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

function contextOf(input: ScrubInput, rules: ScrubRules, index: ScrubIndex): ScrubContext {
  const { key } = input;
  const vocabulary = new Vocabulary(key, index.words);
  const logins = (rules.testLogins ?? []).map(({ login }) => login);
  const pseudonyms = new Pseudonyms(key, vocabulary, logins);
  pseudonyms.claimHandles(owners(index));
  const scrubbed = scrubbedFields(input, index, pseudonyms);
  const nameOf = (sheet: string, id: string): string =>
    String(scrubbed(sheet, id, addressField(index, sheet)) ?? newId(key, id));
  const follow = new Follow({
    key,
    names: index.names,
    pseudonyms,
    nameOf,
    siteHosts: (input.siteHosts ?? []).map((host) => host.toLowerCase()),
    people: rules.people,
  });
  const rewired = input.rewire === true ? rewire(key, index.memberships) : undefined;
  return { key, rules, index, vocabulary, pseudonyms, follow, rewired, fieldOf: scrubbed };
}

function* owners(index: ScrubIndex): Generator<string> {
  for (const [name, plan] of index.plans) {
    if (!plan.rules.some(([, rule]) => rule.kind === 'pseudonym' && rule.as === 'handle')) continue;
    for (const id of index.sheets.get(name)!.ids) yield `${name} ${id}`;
  }
}

/** The last part of a record's path is what addresses call it by. */
const addressField = (index: ScrubIndex, sheet: string): string => {
  const path = index.plans.get(sheet)!.sheet.path;
  return path[path.length - 1]!.field;
};

/** What fields that others repeat have become: handles, kept values, and what is joined of them. */
function scrubbedFields(
  input: ScrubInput,
  index: ScrubIndex,
  pseudonyms: Pseudonyms,
): ScrubContext['fieldOf'] {
  const fieldOf = (sheet: string, id: string, field: string): string | undefined => {
    const plan = index.plans.get(sheet);
    const rule = plan?.rules.find(([name]) => name === field)?.[1];
    const place = index.sheets.get(sheet)?.at.get(id);
    if (rule === undefined || plan === undefined) return undefined;
    const at = plan.column(field);
    const kept =
      place === undefined || at === undefined ? undefined : index.sheets.get(sheet)!.rows[place]![at];
    if (kept === '') return undefined;
    switch (rule.kind) {
      case 'pseudonym':
        return rule.as === 'handle'
          ? pseudonyms.handle(`${sheet} ${id}`)
          : pseudonyms.value(rule.as, `${sheet}.${field}`, id);
      case 'joined':
        return rule.of
          .map((part) => fieldOf(sheet, id, part))
          .filter((part) => part !== undefined)
          .join('.');
      case 'common':
      case 'keep':
        return kept;
      case 'id':
        return newId(input.key, id);
      case 'fixed':
        return String(rule.value);
      default:
        throw new CutoverError(
          'scrub-rule-unsupported',
          `${sheet}.${field} is repeated elsewhere and is ${rule.kind}`,
          {
            next: 'follow a field that is a pseudonym, kept, or joined of such',
            exitCode: exitCodes.preflightFailed,
          },
        );
    }
  };
  return fieldOf;
}

/** Holds a record against its schema and gives its path. */
function placeOf(profile: Profile, name: string, record: StoredRecord, paths: Set<string>): string {
  const sheet = profile.target.sheets.find((one) => one.name === name)!;
  const result = sheet.schema.safeParse(record);
  if (!result.success) {
    const fields = [...new Set(result.error.issues.map(({ path }) => path.join('.')))].join(', ');
    throw invalid(name, `fields that its schema does not take: ${fields}`);
  }
  const path = recordPath(name, sheet.path, record);
  if (paths.has(path)) throw invalid(name, 'the path of another');
  paths.add(path);
  return path;
}

function invalid(sheet: string, what: string): CutoverError {
  return new CutoverError('scrub-record-invalid', `a scrubbed record of ${sheet} would have ${what}`, {
    next: `look at the rules of ${sheet} in the profile's scrub part`,
    data: { sheet },
    exitCode: exitCodes.preflightFailed,
  });
}

const mapSheets = <T>(
  index: ScrubIndex,
  of: (sheet: ScrubIndex['sheets'] extends ReadonlyMap<string, infer S> ? S : never) => T,
): Record<string, T> => Object.fromEntries([...index.sheets].map(([name, sheet]) => [name, of(sheet)]));

function branchMissing(branch: string): CutoverError {
  return new CutoverError('scrub-branch-missing', `there is no branch ${branch}`, {
    next: 'name the branch that the site serves with --branch',
    data: { branch },
    exitCode: exitCodes.preflightFailed,
  });
}

function branchEmpty(branch: string): CutoverError {
  return new CutoverError('scrub-branch-empty', `nobody is on the branch ${branch}`, {
    next: 'name the branch that the site serves with --branch',
    data: { branch },
    exitCode: exitCodes.preflightFailed,
  });
}

function notEmpty(dir: string): CutoverError {
  return new CutoverError('snapshot-not-empty', `${dir} has a snapshot already`, {
    next: 'give a folder that is not there: what was in a repository stays in it',
    data: { dir },
    exitCode: exitCodes.preflightFailed,
  });
}
