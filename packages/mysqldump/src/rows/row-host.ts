import type { DumpCode } from '../error.ts';
import type { Shape } from './shape.ts';

export interface RowProblem {
  readonly at: number;
  readonly row?: number;
  readonly column?: string | undefined;
  readonly excerptFrom?: number;
}

/** What the reader of rows tells, and asks, the reader of the dump. */
export interface RowHost {
  /** Never returns. */
  fail(code: DumpCode, what: string, problem: RowProblem): never;
  /** Text that is none in its charset: strict reading fails, lenient gets a string that keeps the bytes. */
  invalidText(bytes: Buffer, start: number, end: number, at: number, shape: Shape, index: number): string;
  expression(shape: Shape, index: number, sql: string, at: number): string;
  /** Text beyond ASCII passed by in a file that names no charset. */
  assumed(shape: Shape, index: number, at: number): void;
  doubleUtf8(text: string, shape: Shape, index: number, at: number): string;
  /** A string held a backslash escape. */
  sawEscape(at: number, escapesQuote: boolean): void;
  zeroByte(shape: Shape, index: number, at: number): void;
  /** Length of a message of the dump program that stands here, 0 if none does; strict reading fails. */
  clientMessage(at: number): number;
  onDuplicate(shape: Shape, at: number): void;
}
