import { awkwardRevisions } from '@cutover/laddr';
import type { SampleRow, SampleTable } from './dump-chunks.ts';
import { firstGenerated, type Plan, plantedRows } from './plan.ts';
import { Random } from './random.ts';
import { commentRows, generatedParts, mediaRows, partRows, postRows, redirectRows } from './rows/content.ts';
import { excludedRows } from './rows/excluded.ts';
import { peopleRows } from './rows/people.ts';
import {
  buzzRows,
  generatedMembers,
  generatedUpdates,
  membershipRows,
  projectRows,
  updateRows,
} from './rows/projects.ts';
import { tagItemRows, tagRows } from './rows/tags.ts';
import { historyOf, type TableDefinition } from './tables/definition.ts';
import { excludedTables, migrations } from './tables/excluded.ts';
import * as imported from './tables/imported.ts';

type Rows = (plan: Plan) => Iterable<SampleRow>;

/** All tables of the made-up site in the order in which dump programs write them: by name. */
export function sampleTables(plan: Plan): SampleTable[] {
  const numbered = (definition: TableDefinition, rows: Rows, generated: number): SampleTable => ({
    definition,
    nextId: nextId(definition.name, generated),
    rows: () => rows(plan),
  });
  const versioned = [
    numbered(imported.people, peopleRows, plan.members),
    numbered(imported.projects, projectRows, plan.projects),
    numbered(imported.projectUpdates, updateRows, generatedUpdates(plan)),
    numbered(imported.content, postRows, plan.posts),
    numbered(imported.contentItems, partRows, generatedParts(plan)),
    numbered(imported.comments, commentRows, plan.comments),
  ];
  const others = [
    numbered(imported.projectMembers, membershipRows, generatedMembers(plan)),
    numbered(imported.projectBuzz, buzzRows, plan.buzz),
    numbered(imported.tags, tagRows, plan.tags),
    numbered(imported.media, mediaRows, plan.media),
    numbered(imported.redirects, redirectRows, plan.redirects),
    { definition: imported.tagItems(plan.tableName), nextId: undefined, rows: () => tagItemRows(plan) },
  ];
  const excluded = [...Object.values(excludedTables), migrations].map((table) => excludedTable(table, plan));
  return [...versioned, ...versioned.map(history), ...others, ...excluded].sort((a, b) =>
    a.definition.name < b.definition.name ? -1 : 1,
  );
}

function nextId(table: string, generated: number): number | undefined {
  if (generated > 0) return firstGenerated + generated;
  const last = plantedRows(table).at(-1);
  return last === undefined ? undefined : Number(last['ID']) + 1;
}

/** The first state of every fourth row, and what is awkward. */
const historyEvery = 4;

function history(of: SampleTable): SampleTable {
  const planted = awkwardRevisions.filter(({ table }) => table === of.definition.name);
  const revisions = function* (): Generator<SampleRow> {
    let index = 0;
    let id = 1;
    for (const row of of.rows()) {
      if (index++ % historyEvery === 0) yield { RevisionID: String(id++), ...row };
    }
    for (const { row } of planted) yield { RevisionID: String(id++), ...row };
  };
  const rows = plantedRows(of.definition.name).length + Math.max(0, (of.nextId ?? 0) - firstGenerated);
  return {
    definition: historyOf(of.definition),
    nextId: Math.ceil(rows / historyEvery) + planted.length + 1,
    rows: revisions,
  };
}

function excludedTable(definition: TableDefinition, plan: Plan): SampleTable {
  const { per1240, row } = excludedRows[definition.name]!;
  const count =
    plan.members === 0 ? 0 : Math.min(Math.ceil((per1240 * plan.people) / 1240), limitOf(definition, plan));
  return {
    definition,
    nextId: count === 0 ? undefined : firstGenerated + count,
    rows: function* () {
      for (let index = 0; index < count; index++) {
        const random = new Random(plan.seed, definition.name, index);
        yield { ID: String(firstGenerated + index), ...row(plan, random, index) };
      }
    },
  };
}

/** Nobody is in a group twice. */
function limitOf(definition: TableDefinition, plan: Plan): number {
  return definition.name === 'group_members' ? plan.members : Infinity;
}
