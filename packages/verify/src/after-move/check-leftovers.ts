import { type Check, concludeCheck, FindingList } from '@cutover/core';
import { parseToml, type Target } from '@cutover/records';
import { pendingSheet, type PrivateStore, type PublicStore } from '@cutover/stores';

/** What says when a record was made or changed, and its own name: two records of one replayed write differ in these. */
const ownFields: ReadonlySet<string> = new Set(['id', 'slug', 'createdAt', 'modifiedAt', 'updatedAt']);

/**
 * Records that a replayed write would have made twice: alike in everything but id, slug and moments, and made within
 * `withinMs` of each other. Reads every record; memory grows by the text of those that the new side made.
 */
export async function checkReplays(
  store: PublicStore,
  branch: string,
  target: Target,
  withinMs = 15 * 60_000,
): Promise<Check> {
  const findings = new FindingList();
  const alike = new Map<string, { readonly path: string; readonly atMs: number }[]>();
  const sheets = new Set(target.sheets.map(({ name }) => name));
  let looked = 0;
  for await (const { path, sheet, bytes } of store.readRecords(branch)) {
    if (!sheets.has(sheet)) continue;
    looked++;
    const record = parseToml(bytes.toString());
    const rest = Object.entries(record).filter(([name]) => !ownFields.has(name));
    // An import makes one record of a row; its ids are hashes (version 8), those of the new side are random.
    if (rest.length === 0 || String(record['id'])[14] === '8') continue;
    const key = `${sheet} ${JSON.stringify(rest)}`;
    const atMs = Date.parse(String(record['createdAt'] ?? ''));
    const others = alike.get(key) ?? [];
    const before = others.find((one) => !(Math.abs(atMs - one.atMs) > withinMs));
    alike.set(key, [...others, { path, atMs }]);
    if (before === undefined) continue;
    findings.add({
      code: 'record-replayed',
      message: `${path} is ${before.path} again`,
      subject: path,
      actual: before.path,
      next: 'see which write was sent twice, and remove the one that nothing refers to',
    });
  }
  return concludeCheck({
    id: 'after-replays',
    title: 'No write was carried out twice',
    looked,
    expected: 0,
    actual: findings.total,
    findings,
  });
}

/** Longer than any write takes: its note is that of a process that died. */
const writeMs = 5 * 60_000;

/**
 * What was begun and neither finished nor dropped: staged imports, writes to both stores, and requests that wait for
 * staff for too long.
 */
export async function checkStuck(
  store: PrivateStore,
  options: { readonly claimSheet: string; readonly maxAgeMs: number },
  nowMs = Date.now(),
): Promise<Check> {
  const findings = new FindingList();
  const staged = await store.listStaged();
  for (const { importId, manifest } of staged) {
    findings.add({
      code: 'import-stuck',
      message: `the import ${importId} was ${manifest === undefined ? 'staged' : 'sealed'} and is neither in the store nor dropped`,
      subject: importId,
      next: 'run cutover import or cutover private check: whichever comes next finishes or drops it',
    });
  }
  let writes = 0;
  for await (const note of store.read(pendingSheet)) {
    writes++;
    const at = String(note['at'] ?? '');
    if (nowMs - Date.parse(at) <= writeMs) continue;
    findings.add({
      code: 'write-stuck',
      message: `a write to both stores was begun at ${at || 'an unknown time'} and not ended`,
      subject: note.id,
      next: 'run cutover reconcile --fix: it finishes or drops it',
    });
  }
  let requests = 0;
  for await (const request of store.read(options.claimSheet)) {
    requests++;
    const ageMs = nowMs - Date.parse(String(request['requestedAt'] ?? ''));
    if (request['status'] !== 'open' || ageMs <= options.maxAgeMs) continue;
    findings.add({
      code: 'claim-stuck',
      message: `the request ${request.id} for an account has waited since ${String(request['requestedAt'])}`,
      subject: request.id,
      next: 'somebody of staff has to decide it',
    });
  }
  return concludeCheck({
    id: 'after-stuck',
    title: 'Nothing that was begun is left half-way',
    // The three places are what is looked at: empty ones are a good answer.
    looked: 3,
    expected: 0,
    actual: findings.total,
    findings,
    evidence: { stagedImports: staged.length, writes, requests },
  });
}
