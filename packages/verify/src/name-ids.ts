import { type Check, concludeCheck, FindingList } from '@cutover/core';
import { foldHandle } from '@cutover/records';

/** What a person was called towards a service provider, as the legacy system had it; null: never. */
export interface ExpectedNameId {
  readonly row: string;
  readonly id: string;
  readonly value: string | null;
}

/** What the new side will assert. */
export interface ActualNameId {
  readonly id: string;
  readonly value: string;
}

/**
 * Compares the identifiers that the new side asserts with the legacy ones: byte for byte, for everybody,
 * and no identifier for two people. Values that differ only as the legacy collation ignores are counted.
 */
export async function checkNameIds(
  expected: AsyncIterable<ExpectedNameId>,
  actual: AsyncIterable<ActualNameId>,
): Promise<Check> {
  const findings = new FindingList();
  const values = new Map<string, string>();
  const holders = new Map<string, string>();
  for await (const { id, value } of actual) {
    values.set(id, value);
    const other = holders.get(value);
    if (other !== undefined) {
      findings.add({
        code: 'name-id-shared',
        message: `two people have the NameID ${JSON.stringify(value)}`,
        subject: id,
        actual: [other, id],
      });
    }
    holders.set(value, id);
  }
  let looked = 0;
  let without = 0;
  for await (const { row, id, value } of expected) {
    const now = values.get(id);
    values.delete(id);
    if (value === null) without++;
    else looked++;
    if (now === (value ?? undefined)) continue;
    findings.add({
      code: now === undefined ? 'name-id-missing' : value === null ? 'name-id-invented' : 'name-id-changed',
      message: `${row}: the NameID is ${JSON.stringify(now ?? null)}, legacy asserted ${JSON.stringify(value)}`,
      subject: row,
      expected: value,
      actual: now ?? null,
      next: 'a changed NameID gives a member a second account: the value must be the raw legacy one',
    });
  }
  for (const [id, value] of values) {
    findings.add({
      code: 'name-id-invented',
      message: `${id} has the NameID ${JSON.stringify(value)}, legacy never asserted it`,
      subject: id,
    });
  }
  return concludeCheck({
    id: 'name-ids',
    title: 'Everybody keeps the NameID that the legacy system asserted, byte for byte',
    looked,
    expected: looked,
    actual: Math.max(0, looked - findings.total),
    findings,
    evidence: { peopleWithoutNameId: without, alikeUnderLegacyCollation: alike(holders.keys()) },
  });
}

function alike(values: Iterable<string>): number {
  const folded = new Set<string>();
  let count = 0;
  for (const value of values) {
    const key = foldHandle(value);
    if (folded.has(key)) count++;
    folded.add(key);
  }
  return count;
}
