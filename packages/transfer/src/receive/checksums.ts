import { closeSync, openSync, writeSync } from 'node:fs';

const flushBytes = 64 * 1024;

/**
 * Writes SHA-256 of files as `sha256sum -c` reads them, from within the moved folder: what a move had verified can be
 * held against the disk later, without us.
 */
export class Checksums {
  readonly #file: number;
  #lines = '';

  constructor(path: string) {
    this.#file = openSync(path, 'w', 0o600);
  }

  /** `path` as an entry has it, one character a byte; `sha256` in base64. */
  add(path: string, sha256: string): void {
    const hex = Buffer.from(sha256, 'base64').toString('hex');
    // A line that begins with a backslash has its name escaped.
    this.#lines += /[\\\n\r]/.test(path) ? `\\${hex}  ${escaped(path)}\n` : `${hex}  ${path}\n`;
    if (this.#lines.length >= flushBytes) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    if (this.#lines !== '') writeSync(this.#file, Buffer.from(this.#lines, 'latin1'));
    this.#lines = '';
  }
}

const escaped = (path: string): string =>
  path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
