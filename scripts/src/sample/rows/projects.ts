import { slugify } from '@cutover/records';
import type { SampleRow } from '../dump-chunks.ts';
import { firstGenerated, type Plan, plantedRows } from '../plan.ts';
import { Random } from '../random.ts';
import { markdown, roles, sentence, timestamp, title } from '../words.ts';
import { somebody, stampsOf } from './people.ts';

const stages = [
  'Commenting',
  'Bootstrapping',
  'Prototyping',
  'Testing',
  'Maintaining',
  'Drifting',
  'Hibernating',
];

/** What hangs on a project, by its place alone. */
const membersOf = (plan: Plan, project: number): number =>
  Math.min(plan.members, new Random(plan.seed, 'membership count', project).below(8));
const updatesOf = (plan: Plan, project: number): number => {
  const random = new Random(plan.seed, 'update count', project);
  return random.chance(50) ? 0 : random.below(8);
};

export const generatedMembers = (plan: Plan): number => sumOver(plan, membersOf);
export const generatedUpdates = (plan: Plan): number => sumOver(plan, updatesOf);

function sumOver(plan: Plan, count: (plan: Plan, project: number) => number): number {
  let sum = 0;
  for (let project = 0; project < plan.projects; project++) sum += count(plan, project);
  return sum;
}

export function* projectRows(plan: Plan): Generator<SampleRow> {
  yield* plantedRows('projects');
  for (let index = 0; index < plan.projects; index++) yield generatedProject(plan, index);
}

/** The project with this place among the generated ones. */
export function generatedProject(plan: Plan, index: number): SampleRow {
  const random = new Random(plan.seed, 'projects', index);
  const name = title(random);
  const handle = `${name.toLowerCase().replaceAll(' ', random.pick(['_', '-']))}_${index + 1}`;
  const site = slugify(name);
  return {
    ID: String(firstGenerated + index),
    Class: 'Laddr\\Project',
    ...stampsOf(plan, random, index / plan.projects, true),
    Title: name,
    Handle: random.chance(20) ? handle.charAt(0).toUpperCase() + handle.slice(1) : handle,
    MaintainerID: random.chance(90) ? somebody(plan, random) : null,
    UsersUrl: random.chance(50) ? `${random.pick(['http', 'https'])}://${site}.example.org/` : null,
    DevelopersUrl: random.chance(60) ? `https://code.example.com/${site}-${index + 1}` : null,
    README: random.chance(80) ? markdown(random, 1 + random.below(3)) : null,
    NextUpdate: String(updatesOf(plan, index) + 1),
    Stage: random.pick(stages),
    ChatChannel: random.chance(60) ? site.slice(0, 20) : null,
  };
}

export function* membershipRows(plan: Plan): Generator<SampleRow> {
  yield* plantedRows('project_members');
  let id = firstGenerated;
  for (let project = 0; project < plan.projects; project++) {
    const count = membersOf(plan, project);
    if (count === 0) continue;
    const random = new Random(plan.seed, 'memberships', project);
    const first = random.below(plan.members);
    // Steps that do not come around to the first member again.
    const step = 1 + random.below(Math.max(1, Math.floor(plan.members / count) - 1));
    for (let i = 0; i < count; i++) {
      yield {
        ID: String(id++),
        Class: 'Laddr\\ProjectMember',
        Created: timestamp(random, project / plan.projects),
        CreatorID: somebody(plan, random),
        ProjectID: String(firstGenerated + project),
        MemberID: String(firstGenerated + ((first + i * step) % plan.members)),
        Role: random.pick(roles),
      };
    }
  }
}

export function* updateRows(plan: Plan): Generator<SampleRow> {
  yield* plantedRows('project_updates');
  let id = firstGenerated;
  for (let project = 0; project < plan.projects; project++) {
    const count = updatesOf(plan, project);
    const random = new Random(plan.seed, 'updates', project);
    for (let number = 1; number <= count; number++) {
      yield {
        ID: String(id++),
        Class: 'Laddr\\ProjectUpdate',
        ...stampsOf(plan, random, project / plan.projects, true),
        ProjectID: String(firstGenerated + project),
        Number: String(number),
        Body: markdown(random, 1 + random.below(2)),
      };
    }
  }
}

export function* buzzRows(plan: Plan): Generator<SampleRow> {
  yield* plantedRows('project_buzz');
  for (let index = 0; index < plan.buzz; index++) {
    const random = new Random(plan.seed, 'buzz', index);
    const headline = title(random);
    const scheme = random.chance(72) ? 'http' : 'https';
    yield {
      ID: String(firstGenerated + index),
      Class: 'Laddr\\ProjectBuzz',
      ...stampsOf(plan, random, index / plan.buzz, false),
      ProjectID: String(firstGenerated + random.below(plan.projects)),
      Handle: `${headline.toLowerCase().replaceAll(' ', '_')}_${index + 1}`,
      Headline: `${headline}: ${sentence(random)}`,
      URL: `${scheme}://news.example.com/${index}/story.html`,
      Published: timestamp(random, index / plan.buzz),
      ImageID: null,
      Summary: random.chance(70) ? markdown(random, 1) : null,
    };
  }
}
