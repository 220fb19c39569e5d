import type { Token } from './scanner.ts';

/** What a column's type means for the cells of a dump. */
export type CellKind = 'text' | 'number' | 'moment' | 'bytes' | 'bits' | 'unknown';

export interface DumpColumn {
  readonly name: string;
  /** As in the CREATE TABLE, first word, lower case. */
  readonly type: string;
  readonly kind: CellKind;
  readonly charset: string | undefined;
  readonly bits: number;
  readonly generated: boolean;
}

export interface DumpTable {
  readonly database: string | undefined;
  readonly name: string;
  /** Undefined where the dump has no CREATE TABLE. */
  readonly columns: readonly DumpColumn[] | undefined;
}

const binaryTypes =
  /^(binary|varbinary|(tiny|medium|long)?blob|vector|(multi)?(point|linestring|polygon)|geom(etry)?(collection)?)$/;
const numberTypes =
  /^(tinyint|smallint|mediumint|int[12348]?|integer|bigint|middleint|serial|bool|boolean|dec|decimal|numeric|fixed|number|float[48]?|double|real|year)$/;
const momentTypes = /^(date|time|datetime|timestamp)$/;
const noColumn = /^(primary|key|unique|index|constraint|fulltext|spatial|check|foreign|period|like)$/i;

/** Columns and name of a CREATE TABLE; undefined where the statement is another, or describes no columns itself. */
export function readTableShape(
  tokens: readonly Token[],
  databaseCharset: string | undefined,
):
  { readonly database?: string; readonly name: string; readonly columns: readonly DumpColumn[] } | undefined {
  const texts = tokens.map((token) => (token.kind === 'string' ? undefined : token.text));
  let at = 1;
  while (/^(or|replace|temporary)$/i.test(texts[at] ?? '')) at++;
  if (!isWord(tokens[at], /^table$/i)) return undefined;
  at++;
  while (isWord(tokens[at], /^(if|not|exists)$/i)) at++;
  const names = [texts[at++] ?? ''];
  if (texts[at] === '.') {
    names.push(texts[at + 1] ?? '');
    at += 2;
  }
  if (texts[at] !== '(') return undefined;
  const { items, end } = splitItems(tokens, at);
  const charset = charsetIn(tokens.slice(end)) ?? databaseCharset;
  const columns = items.filter(isColumn).map((item) => columnOf(item, charset));
  if (columns.length === 0) return undefined;
  return {
    ...(names.length > 1 ? { database: names[0]! } : {}),
    name: names.at(-1)!,
    columns,
  };
}

function isWord(token: Token | undefined, pattern: RegExp): boolean {
  return token?.kind === 'word' && pattern.test(token.text);
}

const isMark = (token: Token, text: string): boolean => token.kind === 'mark' && token.text === text;

/** The definitions between the outer brackets, of which the first stands at `at`. */
function splitItems(tokens: readonly Token[], at: number): { items: Token[][]; end: number } {
  const items: Token[][] = [[]];
  let depth = 0;
  let end = at;
  for (; end < tokens.length; end++) {
    const token = tokens[end]!;
    if (isMark(token, '(') && depth++ === 0) continue;
    if (isMark(token, ')') && --depth === 0) break;
    if (isMark(token, ',') && depth === 1) items.push([]);
    else items.at(-1)!.push(token);
  }
  return { items, end: end + 1 };
}

function isColumn(item: readonly Token[]): boolean {
  const [first] = item;
  return (
    first !== undefined && (first.kind === 'name' || (first.kind === 'word' && !noColumn.test(first.text)))
  );
}

function columnOf(item: readonly Token[], tableCharset: string | undefined): DumpColumn {
  const [name, base, ...rest] = item;
  let type = base?.kind === 'word' ? base.text.toLowerCase() : '';
  if (type === 'long') type = isWord(rest[0], /^varbinary$/i) ? 'varbinary' : 'text';
  if (
    /^char/.test(type) &&
    isWord(
      rest.find(({ kind }) => kind === 'word'),
      /^byte$/i,
    )
  )
    type = 'binary';
  const charset = charsetIn(rest) ?? tableCharset;
  const length = rest[0]?.kind === 'mark' && rest[1]?.kind === 'word' ? Number(rest[1].text) : 1;
  const outer = outside(rest);
  return {
    name: name?.kind === 'string' ? '' : (name?.text ?? ''),
    type,
    kind: kindOf(type, charset),
    charset,
    bits: length,
    generated: outer.some((token, i) => isWord(token, /^as$/i) && outer[i + 1] !== undefined),
  };
}

/** The tokens that stand in no brackets, each group of which is one `(`. */
function outside(tokens: readonly Token[]): Token[] {
  let depth = 0;
  return tokens.filter((token) => {
    if (isMark(token, '(')) return depth++ === 0;
    if (isMark(token, ')')) depth--;
    return depth === 0 && !isMark(token, ')');
  });
}

function kindOf(type: string, charset: string | undefined): CellKind {
  if (type === 'bit') return 'bits';
  if (binaryTypes.test(type)) return 'bytes';
  if (numberTypes.test(type)) return 'number';
  if (momentTypes.test(type)) return 'moment';
  return charset === 'binary' && !/^(json|enum|set)$/.test(type) ? 'bytes' : 'text';
}

/** The charset that `CHARACTER SET x`, `CHARSET=x` or `COLLATE x_y` names, outside of brackets. */
export function charsetIn(tokens: readonly Token[]): string | undefined {
  const words = outside(tokens).filter((token) => !isMark(token, '='));
  let found: string | undefined;
  for (const [i, token] of words.entries()) {
    const value = words[i + 1];
    const text = value === undefined ? '' : value.kind === 'string' ? value.bytes.toString() : value.text;
    if (isWord(token, /^charset$/i) || (isWord(token, /^set$/i) && isWord(words[i - 1], /^character$/i)))
      return charsetNamed(text);
    if (isWord(token, /^collate$/i)) found = charsetNamed(text.split('_', 1)[0]!);
  }
  return found;
}

export function charsetNamed(name: string): string {
  const plain = name.toLowerCase();
  return plain === 'utf8mb3' ? 'utf8' : plain;
}
