import type { SampleRow } from '../dump-chunks.ts';
import { firstGenerated, type Plan, plantedRows } from '../plan.ts';
import { Random } from '../random.ts';
import { eventNames, techs, timestamp, topics } from '../words.ts';
import { somebody } from './people.ts';

/** About 12 in 100 have no namespace. The number at the end keeps slugs apart. */
export function* tagRows(plan: Plan): Generator<SampleRow> {
  yield* plantedRows('tags');
  for (let index = 0; index < plan.tags; index++) {
    const random = new Random(plan.seed, 'tags', index);
    const [namespace, words] = random.pick([
      ['topic', topics],
      ['tech', techs],
      ['event', eventNames],
    ] as const);
    const word = `${random.pick(words)}_${index + 1}`;
    yield {
      ID: String(firstGenerated + index),
      Class: 'Tag',
      Created: timestamp(random, index / plan.tags),
      CreatorID: somebody(plan, random),
      Title: word.replace('_', ' '),
      Handle: random.chance(12) ? word : `${namespace}.${word}`,
      Description: null,
    };
  }
}

/** Two to five tags a project, none to two a person; no pair twice. */
export function* tagItemRows(plan: Plan): Generator<SampleRow> {
  yield* plantedRows('tag_items');
  if (plan.tags === 0) return;
  for (let project = 0; project < plan.projects; project++) {
    yield* tagged(plan, 'Laddr\\Project', project, 2 + new Random(plan.seed, 'tags of', project).below(4));
  }
  for (let member = 0; member < plan.members; member++) {
    yield* tagged(
      plan,
      'Emergence\\People\\Person',
      member,
      new Random(plan.seed, 'tags on', member).below(3),
    );
  }
}

function* tagged(plan: Plan, contextClass: string, index: number, count: number): Generator<SampleRow> {
  const random = new Random(plan.seed, contextClass, index);
  const first = random.below(plan.tags);
  for (let i = 0; i < Math.min(count, plan.tags); i++) {
    yield {
      Created: timestamp(random, index / (contextClass === 'Laddr\\Project' ? plan.projects : plan.members)),
      CreatorID: somebody(plan, random),
      ContextClass: contextClass,
      ContextID: String(firstGenerated + index),
      TagID: String(firstGenerated + ((first + i) % plan.tags)),
    };
  }
}
