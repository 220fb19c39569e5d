import { CutoverError } from '@cutover/core';
import type { PlaceAsked, PlaceChecked } from '../wire/messages.ts';
import { limitsOf, type ReceiveLimits } from './limits.ts';
import { assertRoom, assertWritable, codedOf } from './refusals.ts';
import { assertTarget, heldOf } from './staging.ts';

type Part = PlaceChecked['refusals'][number]['part'];

/** What would refuse a site here, all of it at once. Changes nothing. */
export async function checkPlace(
  root: string,
  limits: ReceiveLimits,
  { site, move }: { site: string; move: string },
  asked: PlaceAsked,
): Promise<PlaceChecked> {
  const refusals: PlaceChecked['refusals'] = [];
  const attempt = async (part: Part, work: () => unknown): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const { code, message, next } = error instanceof CutoverError ? error : codedOf(error, root);
      refusals.push({ part, code, message, next });
    }
  };
  await attempt('writable', () => assertWritable(root));
  // Of a folder that is not there nothing more can be said.
  if (refusals.length === 0) {
    await attempt('target', () => assertTarget(root, site, move, asked.replace));
    await attempt('room', async () => assertRoom(root, asked, await heldOf(root, site, move)));
    await attempt('limits', () => limitsOf(root, limits).take(asked.siteBytes, asked.names));
  }
  return { type: 'place-checked', refusals };
}
