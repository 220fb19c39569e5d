/** The digest of the corpus: a sum, mod 2^256, of the SHA-256 of each row's canonical cells. */
import { createHash } from 'node:crypto';
import type { Value } from '../../src/index.ts';

export interface OracleColumn {
  readonly name: string;
  readonly type: string;
  readonly kind: string;
  readonly cd: string;
  /** What the server stored where an INSERT leaves the column out. */
  readonly omitted?: string | null;
}

export interface OracleTable {
  readonly database?: string;
  readonly table: string;
  readonly rows: number;
  readonly digest: string;
  readonly columns: readonly OracleColumn[];
}

const MODULUS = 1n << 256n;

export class TableDigest {
  rows = 0;
  #sum = 0n;
  readonly #columns = new Map<string, bigint>();
  readonly #oracle: OracleTable;

  constructor(oracle: OracleTable) {
    this.#oracle = oracle;
  }

  add(names: readonly string[], row: readonly Value[]): void {
    const cells = this.#oracle.columns.map((column) => {
      const index = names.indexOf(column.name);
      const value = index < 0 ? (column.omitted ?? null) : (row[index] ?? null);
      const bytes = cell(column, value);
      this.#columns.set(column.name, ((this.#columns.get(column.name) ?? 0n) + sha256(bytes)) % MODULUS);
      return bytes;
    });
    this.#sum = (this.#sum + sha256(Buffer.concat(cells))) % MODULUS;
    this.rows++;
  }

  get digest(): string {
    return hex64(this.#sum);
  }

  /** Columns whose digest is another than the oracle's. */
  differing(): string[] {
    return this.#oracle.columns
      .filter(({ name, cd }) => hex64(this.#columns.get(name) ?? 0n).slice(0, 16) !== cd)
      .map(({ name, kind }) => `${name} (${kind})`);
  }
}

function hex64(sum: bigint): string {
  return sum.toString(16).padStart(64, '0');
}

function sha256(bytes: Buffer): bigint {
  return BigInt(`0x${createHash('sha256').update(bytes).digest('hex')}`);
}

function cell(column: OracleColumn, value: Value): Buffer {
  if (value === null) return Buffer.from('N');
  const bytes = canonical(column, value);
  return Buffer.concat([Buffer.from(`V${bytes.length}:`), bytes]);
}

function canonical({ kind, type }: OracleColumn, value: Exclude<Value, null>): Buffer {
  if (typeof value !== 'string') return canonicalBytes(kind, Buffer.from(value));
  switch (kind) {
    case 'char':
      return Buffer.from(value.replace(/ +$/, ''));
    case 'int':
    case 'bit':
      return Buffer.from(BigInt(value.trim().replace(/^\+/, '')).toString());
    case 'decimal':
      return Buffer.from(canonicalDecimal(value));
    case 'float':
    case 'double': {
      const bytes = Buffer.alloc(8);
      const number = kind === 'float' ? Math.fround(Number(value)) : Number(value);
      bytes.writeDoubleBE(number === 0 ? 0 : number);
      return Buffer.from(bytes.toString('hex'));
    }
    case 'datetime':
      return Buffer.from(canonicalTime(withTime(value), type));
    case 'time':
      return Buffer.from(canonicalTime(value, type));
    default:
      return Buffer.from(value);
  }
}

function canonicalBytes(kind: string, bytes: Buffer): Buffer {
  if (kind === 'bit') return Buffer.from(BigInt(`0x${bytes.toString('hex') || '0'}`).toString());
  if (kind !== 'binary_fixed') return bytes;
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

function canonicalDecimal(value: string): string {
  const [whole = '', fraction = ''] = value.replace(/^[-+]/, '').split('.');
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  const rest = fraction.replace(/0+$/, '');
  const number = rest === '' ? digits : `${digits}.${rest}`;
  return value.startsWith('-') && number !== '0' ? `-${number}` : number;
}

function withTime(value: string): string {
  if (/^\d{14}$/.test(value))
    return value.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3 $4:$5:$6');
  return /^\d{4}-\d\d-\d\d$/.test(value) ? `${value} 00:00:00` : value;
}

function canonicalTime(value: string, type: string): string {
  const digits = Number(/\((\d)\)/.exec(type)?.[1] ?? 0);
  const [whole = '', fraction = ''] = value.split('.');
  const rest = fraction.slice(0, digits).replace(/0+$/, '');
  return rest === '' ? whole : `${whole}.${rest}`;
}
