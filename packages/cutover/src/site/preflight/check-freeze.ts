import { type Check, concludeCheck, messageOf } from '@cutover/core';
import { observe } from '@cutover/verify';
import type { Site } from '../site.ts';

/** Whether it could be proven that the legacy server is frozen; nothing to say where the run freezes none. */
export async function checkFreezeProof({ file, frozen }: Site): Promise<Check[]> {
  if (frozen === undefined || file.hooks.freeze === undefined) return [];
  const gaps: string[] = [];
  try {
    const system = await frozen.open();
    try {
      gaps.push(...(await observe(system.sql)).gaps);
    } finally {
      await system.close();
    }
  } catch (error) {
    gaps.push(messageOf(error));
  }
  return [
    concludeCheck({
      id: 'preflight-freeze',
      title: 'It can be proven that the legacy server is frozen',
      looked: 1,
      expected: 'it says what is written, and lets the application’s account in',
      actual: gaps.length === 0 ? 'so' : gaps.join('; '),
      findings: gaps.map((message) => ({
        code: 'freeze-not-provable',
        message,
        next: 'mend it before the night: the freeze is proven by the binary log, read_only, and writes that are refused (docs/operations/cutover.md)',
      })),
    }),
  ];
}
