import { readColumns } from '@cutover/importer';
import type { RehearsalOptions } from './context.ts';

/** Values of the columns that the profile calls secret, straight from the dump. Never logged. */
export function secretsOf(options: RehearsalOptions): AsyncIterable<string> {
  const { profile, dump, lenient, sqlMode, charset } = options;
  return readColumns([...dump], profile.secrets, {
    lenient,
    ...(sqlMode === undefined ? {} : { sqlMode }),
    ...(charset === undefined ? {} : { charset }),
  });
}
