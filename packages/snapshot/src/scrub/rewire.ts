import type { ScrubKey } from '../key.ts';

export interface Membership {
  readonly id: string;
  readonly person: string;
  readonly group: string;
}

/** Exchanges that are tried for each membership. */
const triesEach = 10;

/**
 * Who belongs to what, exchanged at random: two memberships swap their people where neither would then be in a
 * group twice. Everybody keeps the number of their groups, and every group that of its people; who is with whom
 * is lost. Gives the person of each membership by its id.
 */
export function rewire(key: ScrubKey, memberships: readonly Membership[]): Map<string, string> {
  const sorted = [...memberships].sort((a, b) => (a.id < b.id ? -1 : 1));
  const people = sorted.map(({ person }) => person);
  const edge = (person: string, at: number) => `${person} ${sorted[at]!.group}`;
  const edges = new Set(sorted.map(({ person }, at) => edge(person, at)));
  const draws = key.draws('rewire');
  for (let tries = sorted.length * triesEach; tries > 0 && sorted.length > 1; tries--) {
    const [a, b] = [draws.below(sorted.length), draws.below(sorted.length)];
    const [first, second] = [people[a]!, people[b]!];
    if (first === second || edges.has(edge(first, b)) || edges.has(edge(second, a))) continue;
    edges.delete(edge(first, a));
    edges.delete(edge(second, b));
    edges.add(edge(first, b));
    edges.add(edge(second, a));
    [people[a], people[b]] = [second, first];
  }
  return new Map(sorted.map(({ id }, at) => [id, people[at]!]));
}
