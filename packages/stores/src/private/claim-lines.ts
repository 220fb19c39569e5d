import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { PrivateRecord, Target } from '@cutover/records';
import type { ClaimKind, NameClaim } from './claims.ts';
import { bucketCount } from './staged-import.ts';
import { shardOf } from './shards.ts';

/** A field whose values may belong to one person only. */
export interface ClaimedField {
  readonly kind: Exclude<ClaimKind, 'name-id'>;
  readonly sheet: string;
  readonly field: string;
}

/** The private fields of a target whose values are claimed: what people sign in by. */
export function claimedFields({ accounts }: Pick<Target, 'accounts'>): ClaimedField[] {
  const { loginPrivate, github } = accounts ?? {};
  return [
    ...(loginPrivate === undefined ? [] : [{ kind: 'email' as const, ...loginPrivate }]),
    ...(github === undefined
      ? []
      : [{ kind: 'github-id' as const, sheet: github.sheet, field: github.userIdField }]),
  ];
}

/** Lines of claims that lie in one bucket by their names: `<name> <owner>`. */
export interface BucketLines {
  readonly bucket: number;
  /** Deflated, as those of all people wait in memory until all rows are merged. */
  readonly packed: Uint8Array;
  readonly lines: number;
}

export const textOf = ({ packed }: BucketLines): string => inflateRawSync(packed).toString();

/** What records say belongs to whom. */
export class ClaimLines {
  readonly #fields: ReadonlyMap<string, readonly ClaimedField[]>;
  readonly #name: NameClaim;
  readonly #buckets: string[][] = Array.from({ length: bucketCount }, () => []);

  constructor(target: Pick<Target, 'accounts'>, name: NameClaim) {
    const fields = claimedFields(target);
    this.#fields = new Map(
      fields.map(({ sheet }) => [sheet, fields.filter((field) => field.sheet === sheet)]),
    );
    this.#name = name;
  }

  /** Whether records of a sheet have anything that is claimed. */
  sees(sheet: string): boolean {
    return this.#fields.has(sheet);
  }

  see(sheet: string, record: PrivateRecord): void {
    for (const { kind, field } of this.#fields.get(sheet) ?? []) {
      const value = record[field];
      if (typeof value !== 'string' || value === '') continue;
      const id = this.#name(kind, value);
      this.#buckets[shardOf(id, bucketCount)]!.push(`${id} ${record.id}`);
    }
  }

  /** All lines, and begins anew. */
  take(): BucketLines[] {
    const taken = this.#buckets.flatMap((lines, bucket) =>
      lines.length === 0 ? [] : [{ bucket, packed: pack(lines), lines: lines.length }],
    );
    for (const lines of this.#buckets) lines.length = 0;
    return taken;
  }
}

/** A copy in memory of its own size: what zlib gives lies in a whole chunk. */
const pack = (lines: readonly string[]): Uint8Array =>
  new Uint8Array(deflateRawSync(lines.join('\n'), { level: 1, chunkSize: 1 << 14 }));
