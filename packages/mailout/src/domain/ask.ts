import { Resolver } from 'node:dns/promises';
import { CutoverError } from '@cutover/core';

/** Texts at a name, each put together from its pieces; none where the name or its texts are not there. */
export type AskTexts = (name: string) => Promise<string[]>;

/** Codes of an answer that says: there is none. Anything else is no answer. */
const none = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * Asks for TXT records, at the given servers (`address` or `address:port`) or those of this machine.
 *
 * @throws CutoverError `dns-no-answer`, from the function that it gives
 */
export function askTexts(servers?: readonly string[]): AskTexts {
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  return async (name) => {
    try {
      return (await resolver.resolveTxt(name)).map((pieces) => pieces.join(''));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      if (none.has(code)) return [];
      throw new CutoverError('dns-no-answer', `nobody answers what ${name} says (${code})`, {
        next: 'try again where DNS can be reached, or give a resolver with --resolver',
      });
    }
  };
}
