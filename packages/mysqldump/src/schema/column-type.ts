/** What a column's type means for its values. */
import { charsetNamed, charsetOfCollation } from '../charset/names.ts';

/** How values of a column are read. */
export const columnKinds = {
  /** Characters. */
  text: 0,
  /** Numbers, dates, times: characters that need no charset. */
  plain: 1,
  /** Bytes. */
  binary: 2,
  bit: 3,
  /** No CREATE TABLE tells. */
  unknown: 4,
} as const;

export type ColumnKind = (typeof columnKinds)[keyof typeof columnKinds];

const plain = new Set(
  (
    'tinyint smallint mediumint int integer bigint int1 int2 int3 int4 int8 middleint serial bool boolean decimal dec ' +
    'numeric fixed number float float4 float8 double real year date time datetime timestamp'
  ).split(' '),
);
const binary = new Set(
  (
    'binary varbinary blob tinyblob mediumblob longblob raw geometry point linestring polygon multipoint ' +
    'multilinestring multipolygon geometrycollection geomcollection vector'
  ).split(' '),
);

/** `base` is the type's first word in lower case (`long varbinary` and `char byte` as `varbinary`, `binary`). */
export function kindOfType(base: string, charset: string | undefined): ColumnKind {
  if (base === 'bit') return columnKinds.bit;
  if (binary.has(base)) return columnKinds.binary;
  if (plain.has(base)) return columnKinds.plain;
  if (charset === 'binary' && base !== 'json' && base !== 'enum' && base !== 'set') return columnKinds.binary;
  return columnKinds.text;
}

export function isGeometry(base: string): boolean {
  return /^(geometry|point|linestring|polygon|multi(point|linestring|polygon)|geom(etry)?collection)$/.test(
    base,
  );
}

/** Types whose text is in a charset. */
export function hasCharset(base: string): boolean {
  return /^(char|varchar|varchar2|character|nchar|nvarchar|text|tinytext|mediumtext|longtext|long|enum|set|national|clob)$/.test(
    base,
  );
}

export function charsetFromWords(name: string, isCollation: boolean): string | undefined {
  return isCollation ? charsetOfCollation(name) : charsetNamed(name);
}
