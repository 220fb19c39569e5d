import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import type { Profile } from '@cutover/records';

const load = createRequire(import.meta.url);

/**
 * The profile of that name from the module that exports it, in a thread that was started by `startThread`.
 *
 * @param module URL
 * @throws CutoverError `profile-not-for-threads` where the module awaits outside of functions, or is not there
 */
export function loadProfile(module: string, name: string): Profile {
  let exported: Record<string, Partial<Profile> | undefined>;
  // Faults of a profile are shown by its own lines.
  process.setSourceMapsEnabled(true);
  try {
    exported = load(fileURLToPath(module)) as typeof exported;
  } catch (cause) {
    throw new CutoverError(
      'profile-not-for-threads',
      `a thread cannot load ${fileURLToPath(module)}: ${messageOf(cause).replaceAll('\n', ' ')}`,
      {
        next: 'let the modules of the profile do without await outside of functions',
        exitCode: exitCodes.preflightFailed,
        cause,
      },
    );
  }
  const profile = Object.values(exported).find((value) => value?.name === name && value.sources);
  if (profile === undefined) throw new TypeError(`${module} exports no profile ${name}`);
  return profile as Profile;
}
