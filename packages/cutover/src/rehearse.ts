import { drive, type Driven, type DriveInput } from './drive.ts';
import type { RehearsalOptions } from './context.ts';

export type Rehearsal = Driven;
export type RehearsalPlace = Omit<DriveInput, 'mode' | 'options' | 'command'> & {
  /** Name of the command in the report; `dry-run` by default. */
  readonly command?: string;
};

/**
 * Rehearses the cutover: the whole plan on scratch stores, which are removed again where everything
 * held. Never writes to the stores, the dump or the target that it was given (a sign-in at a given
 * target replaces one legacy hash there).
 */
export function rehearse(options: RehearsalOptions, place: RehearsalPlace): Promise<Rehearsal> {
  return drive({ command: 'dry-run', ...place, options, mode: 'rehearsal' });
}
