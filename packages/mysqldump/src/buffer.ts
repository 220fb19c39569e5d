/**
 * Buffer's slices to strings, which every node has and its types leave out: they skip the checks and the switch
 * over encodings of `toString`, which counts when called for each value.
 */
declare global {
  interface Buffer {
    latin1Slice(start: number, end: number): string;
    utf8Slice(start: number, end: number): string;
    ucs2Slice(start: number, end: number): string;
    base64Slice(start: number, end: number): string;
  }
}

export {};
