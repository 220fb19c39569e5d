import type { PrivateRecord } from '@cutover/records';
import { importedClaimsSheet } from './claims.ts';
import { linesOf, parseLine } from './json-lines.ts';
import type { NamedBytes } from './shard-lines.ts';
import { shardFile, shardOf } from './shards.ts';

/** Shards of the sheet of imported claims that are merged together, as bytes, so that any thread can do it. */
export interface ClaimsInput {
  /** Into how many shards the sheet shall be split, and which of them these are. */
  readonly of: number;
  readonly shards: readonly number[];
  /** What is there. */
  readonly there: readonly NamedBytes[];
  /** What records say belongs to whom: lines of `<name> <owner>`. */
  readonly found: string;
  /** NameIDs that the import staged. */
  readonly staged: readonly NamedBytes[];
  /** Whether files that would be what they were are written, too. */
  readonly always: boolean;
}

export interface ClaimsOutput {
  /** Staged rows that were there. */
  readonly rows: number;
  /** New content of files. */
  readonly files: readonly NamedBytes[];
}

interface ClaimLine {
  readonly id: string;
  readonly owner: string;
}

/**
 * Who has what. A value that several people have stays with who has it claimed, else goes to the lowest id; reconcile
 * says that it is shared. NameIDs are those that are there and those that are staged, and never lost.
 *
 * @throws CutoverError `private-line-invalid`
 */
export function mergeClaims({ of, shards, there, found, staged, always }: ClaimsInput): ClaimsOutput {
  const before = new Map<string, string>();
  for (const { name, bytes } of there)
    for (const [at, line] of linesOf(bytes).entries()) {
      const { id, owner } = parseLine<ClaimLine>(name, line, at + 1);
      before.set(id, owner);
    }
  const owners = new Map<string, string>();
  for (const line of found === '' ? [] : found.split('\n').sort()) {
    const space = line.indexOf(' ');
    const [id, owner] = [line.slice(0, space), line.slice(space + 1)];
    if (!owners.has(id) || before.get(id) === owner) owners.set(id, owner);
  }
  const names = stagedNames(staged);
  for (const [id, owner] of names.owners) owners.set(id, owner);
  for (const [id, owner] of before) if (id.startsWith('name-id/')) owners.set(id, owner);
  const texts = new Map(shards.map((shard) => [shard, '']));
  for (const id of [...owners.keys()].sort()) {
    const shard = shardOf(id, of);
    const line: ClaimLine = { id, owner: owners.get(id)! };
    texts.set(shard, `${texts.get(shard)!}${JSON.stringify(line)}\n`);
  }
  const files: NamedBytes[] = [];
  for (const [shard, text] of texts) {
    const name = shardFile(importedClaimsSheet, shard, of);
    const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
    bytes.write(text);
    const old = there.find((file) => file.name === name)?.bytes ?? new Uint8Array();
    if (always || !bytes.equals(old)) files.push({ name, bytes });
  }
  return { rows: names.rows, files };
}

/** Where two people have one NameID it is the lowest id's. */
function stagedNames(staged: readonly NamedBytes[]): { rows: number; owners: Map<string, string> } {
  const owners = new Map<string, string>();
  let rows = 0;
  for (const { name, bytes } of staged)
    for (const [at, line] of linesOf(bytes).entries()) {
      const row = parseLine<PrivateRecord>(name, line, at + 1);
      rows++;
      const [owner, held] = [String(row['owner']), owners.get(row.id)];
      if (held === undefined || owner < held) owners.set(row.id, owner);
    }
  return { rows, owners };
}
