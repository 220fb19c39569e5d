import { type ExitCode, exitCodes } from './exit-code.ts';

export interface CutoverErrorOptions {
  /** What the reader should do now: one sentence or command. */
  readonly next: string;
  /** Structured facts: file, byteOffset, line, table, column … never a secret. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly exitCode?: ExitCode;
  readonly cause?: unknown;
}

/**
 * Something the operator must act on (not our bug): a stable code, a sentence that names the thing,
 * and the next action. Anything else that is thrown is reported as a bug, exit code 70.
 */
export class CutoverError extends Error {
  readonly code: string;
  readonly next: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly exitCode: ExitCode;

  constructor(code: string, message: string, options: CutoverErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CutoverError';
    this.code = code;
    this.next = options.next;
    this.data = options.data ?? {};
    this.exitCode = options.exitCode ?? exitCodes.stoppedByFault;
  }

  toJSON(): Record<string, unknown> {
    return { code: this.code, message: this.message, next: this.next, data: this.data };
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Where it began: the stack of the first of the errors that led to one another. */
export function stackOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  return stackOf(thrown.cause) ?? thrown.stack;
}
