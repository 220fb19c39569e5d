import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CutoverError, exitCodes } from '@cutover/core';
import type { Profile } from '@cutover/records';

/** The one profile that comes with the toolkit, and its module. */
const bundledProfile = 'laddr';
const bundledModule = import.meta.resolve('@cutover/laddr');

/** Addresses of the modules of profiles that are files, by how they were asked for. */
const modules = new Map<string, string>();

/** A profile by name or by module path. Throws CutoverError `profile-unknown`. */
export async function loadProfile(name: string): Promise<Profile> {
  // Loaded when it is asked for: commands that need no profile start in half the time.
  if (name === bundledProfile) return (await import('@cutover/laddr')).laddr;
  if (!/[./\\]/.test(name))
    throw unknownProfile(name, `there is no profile ${name}; there is: ${bundledProfile}`);
  let module: Record<string, unknown>;
  try {
    const address = await addressOf(resolve(name));
    modules.set(name, address);
    module = (await import(address)) as Record<string, unknown>;
  } catch (cause) {
    throw unknownProfile(
      name,
      `the profile module ${name} cannot be loaded: ${String(cause).split('\n', 1)[0]}`,
      cause,
    );
  }
  const profile = [module['default'], module['profile'], ...Object.values(module)].find(isProfile);
  if (profile === undefined) throw unknownProfile(name, `${name} exports no profile`);
  return profile;
}

/** The module that `loadProfile` has taken a profile from, for threads that load it as well. */
export function profileModule(name: string): string {
  return name === bundledProfile ? bundledModule : modules.get(name)!;
}

/**
 * Where the module at that path is loaded from. Where we are built JavaScript it is, too: loaded as it is it would bring
 * other copies of our modules with it, whose objects are not ours.
 */
async function addressOf(path: string): Promise<string> {
  if (bundledModule.endsWith('.ts')) return pathToFileURL(path).href;
  const { buildProfile } = await import('../bin/build.js');
  // Faults of a profile are shown by its own lines.
  process.setSourceMapsEnabled(true);
  return buildProfile(path, dirname(fileURLToPath(bundledModule)));
}

function isProfile(value: unknown): value is Profile {
  return (
    typeof value === 'object' && value !== null && 'sources' in value && 'target' in value && 'rules' in value
  );
}

function unknownProfile(name: string, message: string, cause?: unknown): CutoverError {
  return new CutoverError('profile-unknown', message, {
    next: 'give --profile laddr, or the path of a module that exports a profile',
    data: { profile: name },
    exitCode: exitCodes.usage,
    ...(cause === undefined ? {} : { cause }),
  });
}
