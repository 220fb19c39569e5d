import { CutoverError, exitCodes, messageOf } from '@cutover/core';

/** Worth another attempt once a move is on: the route may come back, and so may a receiver that was killed. */
export const isLost = (error: unknown): boolean =>
  error instanceof CutoverError && ['link-lost', 'no-route'].includes(error.code);

export function codedOf(thrown: unknown): CutoverError {
  if (thrown instanceof CutoverError) return thrown;
  return new CutoverError('bug', messageOf(thrown), {
    next: 'this is a fault of ours: please report it with the command and this text',
    exitCode: exitCodes.bug,
    cause: thrown,
  });
}

export function stillChanging(count: number): CutoverError {
  return new CutoverError('source-changes', `${count} files changed while they were read in the last pass`, {
    next: 'see what still writes to the source, lock that too, then start the same command again',
    exitCode: exitCodes.fails,
  });
}

/** Where room was there at first: by then something has been sent, which stays. */
export function noRoomAnyMore(error: unknown): unknown {
  if (!(error instanceof CutoverError) || !['no-room', 'spool-full'].includes(error.code)) return error;
  return new CutoverError(error.code, `before the next pass: ${error.message}`, {
    next: 'make room, then start the same command again: what has come stays',
    data: error.data,
    exitCode: exitCodes.stoppedByFault,
    cause: error,
  });
}

export function couldNotTell(cause: CutoverError): CutoverError {
  return new CutoverError(
    'outcome-unknown',
    `the destination was told to go live and did not answer: ${cause.message}; the source stays locked`,
    {
      next: 'start the same command again: it asks the destination; unlock nothing before that',
      exitCode: exitCodes.unknown,
      cause,
    },
  );
}
