import { type Check, concludeCheck, FindingList } from '@cutover/core';
import { parseToml, type Sheet } from '@cutover/records';
import type { TreeFile } from '@cutover/stores';

const email = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const phone = /(?<!\d)\+?\d(?:[\s().-]{0,2}\d){8,14}(?!\d)/;
const phones = new RegExp(phone, 'g');
/** A whole value that is a phone number, however it is spaced. */
const onlyPhone = /^\+?\d[\d\s().-]{8,}$/;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const longRun = /[A-Za-z0-9]{12,}/g;
const shortestRun = 12;

export interface PrivateValuesInput {
  readonly records: AsyncIterable<TreeFile>;
  readonly sheets: readonly Sheet[];
  /** Values that may appear nowhere: password hashes, tokens. */
  readonly secrets: AsyncIterable<string>;
  /** Email addresses and phone numbers that are private to somebody. Other values are passed over. */
  readonly contacts: AsyncIterable<string>;
}

/**
 * Reads the finished tree and looks for what must not be in it: values of secret columns anywhere, and
 * people's private addresses and numbers outside of the fields in which they write freely. What a person
 * wrote there may stay, by the rule `written-in-public-text`, and is counted.
 */
export async function checkPrivateValues(input: PrivateValuesInput): Promise<Check> {
  const tree = await readCandidates(input.records, input.sheets);
  const findings = new FindingList();
  const secrets = await searchSecrets(input.secrets, tree.runs, findings);
  const contacts = await searchContacts(input.contacts, tree.contacts, findings);
  return concludeCheck({
    id: 'private-values',
    title: 'No private value is in the public tree',
    looked: tree.looked,
    expected: 0,
    actual: findings.total,
    findings,
    evidence: { ...secrets, contactsSearched: contacts, 'written-in-public-text': tree.written },
  });
}

interface Candidates {
  readonly looked: number;
  /** Addresses and numbers in free texts. */
  readonly written: number;
  /** Runs of letters and digits that are long enough for a secret, with the first file that has them. */
  readonly runs: ReadonlyMap<string, string>;
  /** Addresses and numbers elsewhere, normalised, with the first file and field that have them. */
  readonly contacts: ReadonlyMap<string, { readonly path: string; readonly field: string }>;
}

async function readCandidates(
  records: AsyncIterable<TreeFile>,
  sheets: readonly Sheet[],
): Promise<Candidates> {
  const freeText = new Map(sheets.map((sheet) => [sheet.name, new Set(sheet.freeText)]));
  const runs = new Map<string, string>();
  const contacts = new Map<string, { path: string; field: string }>();
  let looked = 0;
  let written = 0;
  for await (const { path, sheet, bytes } of records) {
    looked++;
    const text = bytes.toString();
    for (const [run] of text.matchAll(longRun)) if (!runs.has(run)) runs.set(run, path);
    if (!text.includes('@') && !phone.test(text)) continue;
    for (const [field, value] of Object.entries(parseToml(text))) {
      if (typeof value !== 'string' || uuid.test(value)) continue;
      const found = contactsIn(value);
      if (freeText.get(sheet)?.has(field) === true) written += found.length;
      else for (const contact of found) if (!contacts.has(contact)) contacts.set(contact, { path, field });
    }
  }
  return { looked, written, runs, contacts };
}

function contactsIn(text: string): string[] {
  return [...(text.match(email) ?? []), ...(text.match(phones) ?? [])].map(normalise);
}

/** Addresses without regard to case; numbers by their last ten digits, as country codes come and go. */
function normalise(contact: string): string {
  return contact.includes('@') ? contact.toLowerCase() : contact.replaceAll(/\D/g, '').slice(-10);
}

async function searchSecrets(
  secrets: AsyncIterable<string>,
  runs: ReadonlyMap<string, string>,
  findings: FindingList,
): Promise<{ secretsSearched: number; secretsTooShortToSearch: number }> {
  let secretsSearched = 0;
  let secretsTooShortToSearch = 0;
  for await (const secret of secrets) {
    const longest = (secret.match(longRun) ?? []).reduce((a, b) => (b.length > a.length ? b : a), '');
    if (longest.length < shortestRun) {
      secretsTooShortToSearch++;
      continue;
    }
    secretsSearched++;
    const path = runs.get(longest);
    if (path === undefined) continue;
    findings.add({
      code: 'secret-in-public',
      message: `${path} contains the value of a secret column`,
      subject: path,
      next: 'remove the import, and treat the credential as known to everybody',
    });
  }
  return { secretsSearched, secretsTooShortToSearch };
}

async function searchContacts(
  values: AsyncIterable<string>,
  contacts: Candidates['contacts'],
  findings: FindingList,
): Promise<number> {
  let searched = 0;
  for await (const value of values) {
    const isEmail = value.includes('@');
    if (!isEmail && !onlyPhone.test(value)) continue;
    searched++;
    const found = contacts.get(normalise(value));
    if (found === undefined) continue;
    findings.add({
      code: 'contact-in-public',
      message: `${found.path}: ${found.field} holds ${isEmail ? "somebody's private email address" : "somebody's private phone number"}`,
      subject: found.path,
      next: 'map the column it came from as private, or name the field as free text in the target',
    });
  }
  return searched;
}
