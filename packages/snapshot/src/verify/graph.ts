import { hash } from 'node:crypto';
import type { ScrubRules, StoredRecord } from '@cutover/records';
import type { ScrubKey } from '../key.ts';
import { leastGroup } from '../scrub/anonymise.ts';
import { newId } from '../scrub/new-id.ts';

/** How far around a person the graph is looked at. */
const rounds = 4;

export interface GraphFigure {
  readonly people: number;
  /** Those whose surroundings, without any name, are like those of fewer than five in both graphs. */
  readonly linkable: number;
}

/**
 * How many people could be found by the shape of the graph of who belongs to what alone: each is described by how
 * many groups they are in, how many people those have, how many groups these have, and so on (Weisfeiler and
 * Leman's refinement of colours), and held against the one they became.
 */
export class GraphAttack {
  readonly #rules: ScrubRules;
  readonly #key: ScrubKey;
  readonly #original: [string, string][] = [];
  readonly #snapshot: [string, string][] = [];

  constructor(rules: ScrubRules, key: ScrubKey) {
    this.#rules = rules;
    this.#key = key;
  }

  addOriginal(sheet: string, record: StoredRecord): void {
    const edge = this.#edgeOf(sheet, record);
    if (edge !== undefined) this.#original.push([newId(this.#key, edge[0]), newId(this.#key, edge[1])]);
  }

  addSnapshot(sheet: string, record: StoredRecord): void {
    const edge = this.#edgeOf(sheet, record);
    if (edge !== undefined) this.#snapshot.push(edge);
  }

  figure(): GraphFigure | undefined {
    if (this.#rules.membership === undefined) return undefined;
    const before = coloursOf(this.#original);
    const after = coloursOf(this.#snapshot);
    const sizes = new Map<string, number>();
    for (const colour of after.values()) sizes.set(colour, (sizes.get(colour) ?? 0) + 1);
    let linkable = 0;
    for (const [person, colour] of before) {
      if (after.get(person) === colour && sizes.get(colour)! < leastGroup) linkable++;
    }
    return { people: before.size, linkable };
  }

  #edgeOf(sheet: string, record: StoredRecord): [string, string] | undefined {
    const { membership } = this.#rules;
    if (membership?.sheet !== sheet) return undefined;
    const [person, group] = [record[membership.person], record[membership.group]];
    return typeof person === 'string' && typeof group === 'string' ? [person, group] : undefined;
  }
}

function coloursOf(edges: readonly (readonly [string, string])[]): Map<string, string> {
  const groupsOf = new Map<string, string[]>();
  const peopleOf = new Map<string, string[]>();
  for (const [person, group] of edges) {
    push(groupsOf, person, group);
    push(peopleOf, group, person);
  }
  let people = new Map([...groupsOf].map(([person, groups]) => [person, String(groups.length)]));
  for (let round = 0; round < rounds; round++) {
    const groups = recoloured(peopleOf, people);
    people = recoloured(groupsOf, groups);
  }
  return people;
}

function recoloured(
  neighbours: ReadonlyMap<string, readonly string[]>,
  colours: ReadonlyMap<string, string>,
): Map<string, string> {
  return new Map(
    [...neighbours].map(([node, others]) => [
      node,
      hash(
        'sha1',
        others
          .map((other) => colours.get(other)!)
          .sort()
          .join(),
        'base64',
      ),
    ]),
  );
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
