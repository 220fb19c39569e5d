/** Well-known text of geometries to well-known binary (little-endian), as servers store it. */

const types: Readonly<Record<string, number>> = {
  POINT: 1,
  LINESTRING: 2,
  POLYGON: 3,
  MULTIPOINT: 4,
  MULTILINESTRING: 5,
  MULTIPOLYGON: 6,
  GEOMETRYCOLLECTION: 7,
  GEOMCOLLECTION: 7,
};

const MAX_DEPTH = 32;

/** Undefined for text that is not WKT, or uses what this does not know (EMPTY members, Z and M). */
export function geometryFromText(text: string): Buffer | undefined {
  const tokens = text.match(/[A-Za-z]+|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[(),]|\S/g) ?? [];
  const reader = new WktReader(tokens);
  const wkb = reader.geometry(0);
  return wkb !== undefined && reader.done ? wkb : undefined;
}

class WktReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.#at === this.#tokens.length;
  }

  geometry(depth: number): Buffer | undefined {
    const type = types[(this.#tokens[this.#at++] ?? '').toUpperCase()];
    if (type === undefined || depth > MAX_DEPTH) return undefined;
    const body = this.#body(type, depth);
    return body === undefined ? undefined : Buffer.concat([header(type), body]);
  }

  #body(type: number, depth: number): Buffer | undefined {
    switch (type) {
      case 1:
        return this.#parenthesised(() => this.#point());
      case 2:
        return this.#list(() => this.#point());
      case 3:
        return this.#list(() => this.#list(() => this.#point()));
      case 4:
        return this.#list(() => this.#multiPoint());
      case 5:
        return this.#list(() => prefixed(2, this.#body(2, depth)));
      case 6:
        return this.#list(() => prefixed(3, this.#body(3, depth)));
      default:
        if ((this.#tokens[this.#at] ?? '').toUpperCase() === 'EMPTY') {
          this.#at++;
          return Buffer.alloc(4);
        }
        return this.#list(() => this.geometry(depth + 1));
    }
  }

  /** Points of a MULTIPOINT may stand in parentheses of their own. */
  #multiPoint(): Buffer | undefined {
    const point = this.#tokens[this.#at] === '(' ? this.#parenthesised(() => this.#point()) : this.#point();
    return prefixed(1, point);
  }

  #parenthesised(read: () => Buffer | undefined): Buffer | undefined {
    if (!this.#take('(')) return undefined;
    const inner = read();
    return inner !== undefined && this.#take(')') ? inner : undefined;
  }

  #list(read: () => Buffer | undefined): Buffer | undefined {
    return this.#parenthesised(() => {
      const parts: Buffer[] = [];
      do {
        const part = read();
        if (part === undefined) return undefined;
        parts.push(part);
      } while (this.#take(','));
      const count = Buffer.alloc(4);
      count.writeUInt32LE(parts.length);
      return Buffer.concat([count, ...parts]);
    });
  }

  #point(): Buffer | undefined {
    const x = Number(this.#tokens[this.#at] ?? 'x');
    const y = Number(this.#tokens[this.#at + 1] ?? 'y');
    if (!Number.isFinite(x) || !Number.isFinite(y)) return undefined;
    this.#at += 2;
    const bytes = Buffer.alloc(16);
    bytes.writeDoubleLE(x, 0);
    bytes.writeDoubleLE(y, 8);
    return bytes;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }
}

function header(type: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes[0] = 1;
  bytes.writeUInt32LE(type, 1);
  return bytes;
}

function prefixed(type: number, body: Buffer | undefined): Buffer | undefined {
  return body === undefined ? undefined : Buffer.concat([header(type), body]);
}
