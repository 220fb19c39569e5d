import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Check, concludeCheck } from '@cutover/core';
import {
  type CarryBackManifest,
  type NewSide,
  readLegacySchema,
  type WayBack,
  writeCarryBack,
} from '@cutover/cutover';
import type { Profile } from '@cutover/records';

/** Private sheets in which people ask the staff of the new side for something, and the field that names them. */
export const requests = { 'api-claims': 'personId' };

/**
 * Carries the new side back for a run: the legacy tables are those of the dump that the run has imported. A bundle is
 * named after the state of both stores, so that a way back that goes on finds the one that it wrote.
 */
export function wayBackOf(profile: Profile): WayBack {
  return {
    requests,
    writeCarryBack: async (side, dir) => {
      const { publicStore, privateStore, into: branch, source } = side;
      const out = join(dir, await stateOf(side));
      const manifest =
        (await readManifest(out)) ??
        (await writeCarryBack({
          profile,
          publicStore,
          privateStore,
          branch,
          schema: await readLegacySchema(source),
          out,
          requests,
        }));
      return { dir: out, checks: [checkLosses(manifest)] };
    },
  };
}

async function stateOf({ publicStore, privateStore, into }: NewSide): Promise<string> {
  const head = await publicStore.head(into);
  return `${head?.commit.slice(0, 12) ?? 'none'}-${await privateStore.generation()}`;
}

/** Undefined where there is none: a bundle's folder appears whole or not at all. */
async function readManifest(dir: string): Promise<CarryBackManifest | undefined> {
  const text = await readFile(join(dir, 'manifest.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as CarryBackManifest);
}

function checkLosses({ changes, rows, losses, persons, unguarded }: CarryBackManifest): Check {
  const byPerson = [...losses].sort((a, b) => ((a.person ?? '~') < (b.person ?? '~') ? -1 : 1));
  return concludeCheck({
    id: 'carry-back',
    title: 'Legacy can hold all that the new side has made and changed',
    looked: changes,
    expected: 0,
    actual: losses.length,
    findings: byPerson.map(({ person, path, field, why }) => ({
      code: 'lost-by-going-back',
      message: `${person ?? 'nobody known'}: ${path}${field === undefined ? '' : ` ${field}`}: ${why}`,
      next: 'tell whose it is; the bundle has it',
    })),
    evidence: { changes, rows, unguarded, persons: persons.length },
  });
}
