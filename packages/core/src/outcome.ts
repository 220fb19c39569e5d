/**
 * The answer to one question. `unknown` means that the question could not be answered;
 * it never counts as a pass.
 */
export type Outcome = 'holds' | 'fails' | 'unknown';

/**
 * The answer to several questions at once: one `fails` decides, then one `unknown`.
 * No questions at all is `unknown`: nothing was looked at.
 */
export function combineOutcomes(outcomes: Iterable<Outcome>): Outcome {
  let seen = false;
  let unknown = false;
  for (const outcome of outcomes) {
    if (outcome === 'fails') return 'fails';
    if (outcome === 'unknown') unknown = true;
    seen = true;
  }
  return !seen || unknown ? 'unknown' : 'holds';
}
