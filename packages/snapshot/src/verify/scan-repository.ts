import { type Check, concludeCheck, FindingList } from '@cutover/core';
import { canaryKind, type Patterns, uuidPattern } from './patterns.ts';
import { repositoryTexts, type RepositoryText } from './repository-text.ts';
import { secretsIn } from './secrets.ts';

export interface ScanResult {
  readonly values: Check;
  readonly canaries: FindingList;
  readonly secrets: Check;
  readonly objects: number;
}

/** Digits that look like a telephone number, however they are spaced. */
const phones = /(?<![\dA-Za-z])\+?\(?\d(?:[\s().-]{0,2}\d){6,17}(?![\dA-Za-z])/g;
const madeUpPhone = /\+999 \d{12}/g;
const isoTime = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/**
 * Searches everything that is written in a repository for everything of the original, in one pass. Findings name
 * the object and the field that a value came from, never the value.
 */
export async function scanRepository(dir: string, patterns: Patterns): Promise<ScanResult> {
  const found = new FindingList();
  const canaries = new FindingList();
  const secrets = new FindingList();
  let [objects, bytes] = [0, 0];
  for await (const text of repositoryTexts(dir)) {
    objects++;
    bytes += text.bytes.length;
    for (const { kind, form } of scanText(patterns, text)) {
      const finding = {
        code: 'original-value-in-snapshot',
        message: `${text.name} has a value of ${kind}${form === 'plain' ? '' : `, ${form}`}`,
        subject: text.name,
        next: 'see what it is with `git cat-file -p`, mend the rule of that field, and scrub again into a new repository',
      };
      if (kind === canaryKind) canaries.add({ ...finding, code: 'canary-in-snapshot' });
      else found.add(finding);
    }
    for (const name of secretsIn(text.bytes.toString('latin1'))) {
      secrets.add({
        code: 'secret-in-snapshot',
        message: `${text.name} has what looks like a ${name}`,
        subject: text.name,
      });
    }
  }
  const { scanner, ids, legacyIds, structural, dates } = patterns;
  const values = concludeCheck({
    id: 'snapshot-values',
    title: 'Nothing of the original is written anywhere in the repository',
    looked: scanner.patterns === 0 ? 0 : objects,
    expected: 0,
    actual: found.total,
    findings: found,
    evidence: {
      bytes,
      patterns: scanner.patterns,
      ids: ids.size,
      legacyIds: legacyIds.size,
      phones: patterns.phones.size,
      'not searched: shorter than three letters, or a number': scanner.tooShort,
      'not searched: words of the structure': structural,
      'not searched: dates of private records': dates,
    },
  });
  const secretCheck = concludeCheck({
    id: 'snapshot-secrets',
    title: 'No credential is in the repository',
    looked: objects,
    expected: 0,
    actual: secrets.total,
    findings: secrets,
  });
  return { values, canaries, secrets: secretCheck, objects };
}

/** What of the original is in a text, in any form. Ids and times are taken out before words are looked for. */
export function scanText(
  patterns: Patterns,
  { bytes, type }: Pick<RepositoryText, 'bytes' | 'type'>,
): { kind: string; form: string }[] {
  const hits: { kind: string; form: string }[] = [];
  let text = bytes.toString('latin1');
  const ids = new Set<string>();
  if (text.includes('-')) {
    text = text.replaceAll(uuidPattern, (id) => {
      if (patterns.hasId(id)) ids.add(id);
      return ' '.repeat(id.length);
    });
    text = text.replaceAll(isoTime, ' ');
  }
  for (const [run] of text.matchAll(/(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/gi))
    if (patterns.hasId(run)) ids.add(run);
  if (ids.size > 0) hits.push({ kind: 'id', form: 'plain' });
  for (const [phone] of text.replaceAll(madeUpPhone, ' ').matchAll(phones)) {
    if (patterns.phones.has(phone.replaceAll(/\D/g, '').slice(-10))) {
      hits.push({ kind: 'phone', form: 'plain' });
      break;
    }
  }
  if (type === 'commit' || type === 'tag' || type === 'file') {
    for (const [number] of text.matchAll(/(?<![0-9A-Za-z])\d{3,15}(?![0-9A-Za-z])/g)) {
      if (patterns.legacyIds.has(Number(number))) hits.push({ kind: 'legacy id', form: 'plain' });
    }
  }
  hits.push(...patterns.scanner.scan(Buffer.from(text, 'latin1')));
  return hits;
}
