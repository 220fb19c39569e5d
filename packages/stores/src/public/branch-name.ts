import { CutoverError, exitCodes } from '@cutover/core';

/** What git-check-ref-format(1) and git-branch(1) forbid in the name of a branch. */
const forbidden =
  /^-|^(?:@|HEAD)$|\.\.|@\{|[\0-\x20\x7f~^:?*[\\]|^\/|\/\/|\/$|\.$|(?:^|\/)\.|\.lock(?:\/|$)|^$/;

/** Refuses a name that no branch can have, before anything is done under it. Throws CutoverError `branch-name-invalid`. */
export function assertBranchName(name: string): void {
  if (!forbidden.test(name)) return;
  throw new CutoverError('branch-name-invalid', `${JSON.stringify(name)} is no name that a branch can have`, {
    next: 'give another name, of letters, digits, - and /',
    data: { branch: name },
    exitCode: exitCodes.usage,
  });
}
