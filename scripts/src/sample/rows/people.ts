import { createHash } from 'node:crypto';
import type { SampleRow } from '../dump-chunks.ts';
import { firstGenerated, type Plan, plantedRows } from '../plan.ts';
import { Random } from '../random.ts';
import { advertisement, firstNames, lastNames, neighborhoods, sentences, timestamp } from '../words.ts';

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');

/** Number of a generated person, or of a fixture where none are generated. */
export function somebody(plan: Plan, random: Random): string {
  return String(plan.members === 0 ? 1 + random.below(4) : firstGenerated + random.below(plan.members));
}

/** Columns of when and by whom, for a row that is `share` of the way through the site's life. */
export function stampsOf(plan: Plan, random: Random, share: number, versioned: boolean): SampleRow {
  const stamps = { Created: timestamp(random, share), CreatorID: somebody(plan, random) };
  if (!versioned) return stamps;
  const isChanged = random.chance(40);
  return {
    ...stamps,
    Modified: isChanged ? timestamp(random, Math.min(1, share + 0.05)) : null,
    ModifierID: isChanged ? somebody(plan, random) : null,
  };
}

/** A username that ends in a number of its own, so that no two differ in punctuation only. */
function username(random: Random, first: string, last: string, index: number): string {
  const number = index + 1;
  switch (random.below(5)) {
    case 0:
      return `${first}${last}${number}`;
    case 1:
      return `${first.toLowerCase()}.${last.toLowerCase()}${number}`;
    case 2:
      return `${first}_${last}${number}`;
    case 3:
      return `${first.toLowerCase()}-${number}`;
    default:
      return `${first.toLowerCase()}${last.charAt(0).toLowerCase()}${number}`;
  }
}

/** The person with this place among the generated ones. About three in ten are advertisers. */
export function generatedPerson(plan: Plan, index: number): SampleRow {
  const random = new Random(plan.seed, 'people', index);
  const first = random.pick(firstNames);
  const last = random.pick(lastNames);
  const isContact = random.chance(2);
  const isAdvertiser = random.chance(30);
  const name = username(random, first, last, index);
  return {
    ID: String(firstGenerated + index),
    Class: isContact ? 'Person' : 'User',
    Created: timestamp(random, plan.members === 0 ? 0 : index / plan.members),
    FirstName: first,
    LastName: last,
    Gender: random.chance(10) ? random.pick(['Male', 'Female']) : null,
    BirthDate: random.chance(5)
      ? `${1950 + random.below(55)}-0${1 + random.below(9)}-${10 + random.below(18)}`
      : null,
    Email: `${first}.${last}.${index + 1}@example.${random.pick(['org', 'com', 'net'])}`.toLowerCase(),
    Phone: random.chance(15) ? `215555${String(random.below(10_000)).padStart(4, '0')}` : null,
    Location: random.chance(30) ? random.pick(neighborhoods) : null,
    About: aboutOf(random, isAdvertiser),
    PrimaryPhotoID: null,
    Username: isContact ? null : name,
    Password: isContact ? null : sha1(`${plan.seed} ${name}`),
    AccountLevel: levelOf(random, isContact, isAdvertiser),
    Newsletter: random.chance(60) ? '1' : random.chance(60) ? '0' : null,
  };
}

function aboutOf(random: Random, isAdvertiser: boolean): string | null {
  if (isAdvertiser) return advertisement(random);
  return random.chance(35) ? sentences(random, 1 + random.below(3)) : null;
}

function levelOf(random: Random, isContact: boolean, isAdvertiser: boolean): string {
  if (isContact) return 'Contact';
  if (isAdvertiser && random.chance(30)) return 'Disabled';
  return random.chance(1) ? 'Staff' : 'User';
}

export function* peopleRows(plan: Plan): Generator<SampleRow> {
  yield* plantedRows('people');
  for (let index = 0; index < plan.members; index++) yield generatedPerson(plan, index);
}
