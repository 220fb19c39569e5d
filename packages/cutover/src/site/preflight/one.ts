import { type Check, concludeCheck, type Finding } from '@cutover/core';

/** Longer than any of the calls of a preflight may take, in milliseconds. */
export const patienceMs = 10_000;

/** A check of one thing: it is so, or this is why not, or nobody could tell. */
export function one(
  id: string,
  title: string,
  found: { readonly finding?: Finding; readonly couldNotTell?: string },
): Check {
  const { finding, couldNotTell } = found;
  return concludeCheck({
    id,
    title,
    looked: couldNotTell === undefined ? 1 : 0,
    expected: 'so',
    actual: finding?.message ?? couldNotTell ?? 'so',
    findings: finding === undefined ? [] : [finding],
    couldNotTell,
  });
}
