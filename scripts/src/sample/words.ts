import type { Random } from './random.ts';

const list = (words: string): readonly string[] => words.split(' ');

/** Invented names: of nobody. */
export const firstNames = list(
  'Abrel Berun Calvi Dorin Edwyl Fennic Galen Hestor Ivaro Jorvin Keltan Lorum Merrit Norwin Ostel Perrin Quilla Ravon Selwin Torrin Ulvar Vesper Wrenna Xandel Yorick Zelda Amarin Brisel Corvel Delmar Elowen Faelin',
);
export const lastNames = list(
  'Ashbrook Birchwell Cragmoor Dunmere Elmsworth Fairholt Greymarsh Hollowell Ironside Jasperwin Kestrelle Larkmoor Mossgrove Netherby Oakhollow Pinecroft Quarryman Ravensholm Stonefield Thornbury Underhill Valewood Westerlund Yarrowby Zephyrson',
);
const nouns = list(
  'bus map garden school budget permit river street library meeting vote tree bridge shelter clinic park signal market neighbor survey sensor station crosswalk record address council report dataset',
);
const verbs = list('shows counts tracks explains compares collects checks draws lists translates maps sorts');
const adjectives = list('open public local simple friendly daily shared small quick honest quiet bright');
const connectives = list('and while because so when until');

export const topics = list(
  'transit housing health education environment justice food parks water energy arts safety budget elections accessibility',
);
export const techs = list(
  'php python ruby javascript typescript react django postgres mysql leaflet rails node swift kotlin rust sql css html arduino twilio',
);
export const eventNames = list('ecocamp hackathon apps datajam civicday codefest');
export const roles = [null, 'Founder', 'Developer', 'Designer', 'Writer', 'Data analyst', 'Project manager'];
export const neighborhoods = list('Northside Riverbend Oldtown Hillcrest Eastfield Lowermill');

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

export function title(random: Random): string {
  return `${capital(random.pick(adjectives))} ${capital(random.pick(nouns))} ${capital(random.pick(nouns))}`;
}

export function sentence(random: Random): string {
  const clause = (): string =>
    `the ${random.pick(adjectives)} ${random.pick(nouns)} ${random.pick(verbs)} every ${random.pick(nouns)}`;
  const first = capital(clause());
  if (random.chance(12)) return `${first}; it's "${random.pick(adjectives)}" enough.`;
  return random.chance(40) ? `${first} ${random.pick(connectives)} ${clause()}.` : `${first}.`;
}

export function sentences(random: Random, count: number): string {
  return Array.from({ length: count }, () => sentence(random)).join(' ');
}

/** Paragraphs, a list and a link, with the line ends that browsers send. */
export function markdown(random: Random, paragraphs: number): string {
  const parts = [`## ${title(random)}`];
  for (let i = 0; i < paragraphs; i++) parts.push(sentences(random, 1 + random.below(3)));
  if (random.chance(40)) parts.push(`- ${sentence(random)}\r\n- ${sentence(random)}`);
  if (random.chance(30))
    parts.push(`[${random.pick(nouns)}](https://${random.pick(nouns)}.example.org/${random.below(999)})`);
  return parts.join('\r\n\r\n');
}

/** What advertisers write about themselves. */
export function advertisement(random: Random): string {
  const shop = `http://${random.pick(adjectives)}-${random.pick(nouns)}.example.com/?ref=${random.below(9999)}`;
  return `<a href="${shop}">Best ${random.pick(adjectives)} ${random.pick(nouns)} online</a> ${sentence(random)}`;
}

const firstDay = Date.UTC(2012, 0, 1);
const days = 5100;

/** A timestamp between 2012 and the end of 2025, later for a higher share (0 to 1) of the way. */
export function timestamp(random: Random, share: number): string {
  const day = Math.floor(share * (days - 30)) + random.below(30);
  const time = firstDay + day * 86_400_000 + random.below(86_400) * 1000;
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}
