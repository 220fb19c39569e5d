import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execute, type Hook, said } from './lockdown.ts';

export interface HookSeen {
  readonly name: string;
  /** Programs that are not there, or that we may not run. */
  readonly missing: readonly string[];
  /** What its check says: undefined where that could not be run. */
  readonly locked: boolean | undefined;
  /** Why it does not say that it is locked. */
  readonly said: string;
}

/** Looks at hooks without locking anything: whether their programs are there, and what their checks say now. */
export async function lookAtHooks(hooks: readonly Hook[]): Promise<HookSeen[]> {
  const seen: HookSeen[] = [];
  for (const { name, lock, unlock, check } of hooks) {
    const programs = [...new Set([lock[0]!, unlock[0]!, check[0]!])];
    const missing = programs.filter((program) => !isProgram(program));
    const answer = missing.includes(check[0]!)
      ? { locked: undefined, said: `${check[0]} is not there` }
      : await execute(check).then(
          () => ({ locked: true, said: '' }),
          (error: unknown) => ({ locked: false, said: said(error) }),
        );
    seen.push({ name, missing, ...answer });
  }
  return seen;
}

function isProgram(program: string): boolean {
  const places = program.includes('/')
    ? [program]
    : (process.env['PATH'] ?? '').split(delimiter).map((dir) => join(dir, program));
  return places.some((place) => {
    try {
      accessSync(place, constants.X_OK);
      return statSync(place).isFile();
    } catch {
      return false;
    }
  });
}
