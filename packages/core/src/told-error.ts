import { CutoverError, messageOf, stackOf } from './error.ts';
import type { ExitCode } from './exit-code.ts';

/** An error as what can be told of it to another thread, which does not keep its class. */
export interface ToldError {
  readonly message: string;
  readonly stack: string | undefined;
  /** What a CutoverError says besides. */
  readonly coded:
    | {
        readonly code: string;
        readonly next: string;
        readonly data: Readonly<Record<string, unknown>>;
        readonly exitCode: ExitCode;
      }
    | undefined;
}

export function tellError(error: unknown): ToldError {
  const { code, next, data, exitCode } = error instanceof CutoverError ? error : ({} as CutoverError);
  return {
    message: messageOf(error),
    stack: stackOf(error),
    coded: error instanceof CutoverError ? { code, next, data, exitCode } : undefined,
  };
}

/** The error that was told of. */
export function errorOfTold({ message, stack, coded }: ToldError): Error {
  const { code, ...options } = coded ?? {};
  const error =
    coded === undefined ? new Error(message) : new CutoverError(code!, message, options as typeof coded);
  if (stack !== undefined) error.stack = stack;
  return error;
}
