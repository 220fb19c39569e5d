import { readFile } from 'node:fs/promises';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { parseToml } from '@cutover/records';

/** A difference that is meant: only between exactly these two values. */
export interface FactWaiver {
  readonly fact: string;
  readonly legacy: string;
  readonly new: string;
  readonly reason: string;
}

/** Reads `[[waiver]] fact, legacy, new, reason`. Throws CutoverError `waivers-invalid`. */
export async function readFactWaivers(path: string): Promise<FactWaiver[]> {
  let parsed: Record<string, unknown>;
  try {
    parsed = parseToml(await readFile(path, 'utf8'));
  } catch (cause) {
    throw invalid(path, messageOf(cause).split('\n', 1)[0]!);
  }
  const { waiver = [], ...rest } = parsed;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) throw invalid(path, `unknown key ${unknown}`);
  if (!Array.isArray(waiver)) throw invalid(path, 'waiver is no list');
  return waiver.map((entry: Record<string, unknown>, at) => {
    const { fact, legacy, new: now, reason, ...others } = entry;
    const texts = [fact, legacy, now, reason];
    if (texts.some((one) => typeof one !== 'string') || String(reason).trim() === '')
      throw invalid(path, `waiver ${at + 1} needs fact, legacy, new and reason`);
    if (Object.keys(others).length > 0)
      throw invalid(path, `waiver ${at + 1}: unknown key ${Object.keys(others)[0]}`);
    return { fact, legacy, new: now, reason } as FactWaiver;
  });
}

function invalid(path: string, why: string): CutoverError {
  return new CutoverError('waivers-invalid', `${path}: ${why}`, {
    next: 'write each as [[waiver]] with fact, legacy and new as the finding has them, and reason',
    exitCode: exitCodes.usage,
  });
}
