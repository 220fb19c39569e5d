import { createHash } from 'node:crypto';
import { CutoverError, exitCodes } from '@cutover/core';
import { prunedSheet } from '@cutover/reconcile';
import type { Accounts, MailPart, PrivateRecord, StoredRecord, Target } from '@cutover/records';
import { foldEmail, parseRecord, type PrivateStore, type PublicStore } from '@cutover/stores';
import type { Addressee } from './message.ts';
import type { Suppressions } from './suppressions.ts';

export interface RecipientsInput {
  readonly target: Target;
  readonly publicStore: Pick<PublicStore, 'headOf' | 'readRecords'>;
  readonly privateStore: Pick<PrivateStore, 'read'>;
  readonly branch: string;
  readonly suppressions: Suppressions;
  /** A notice about the account itself: also to those who never subscribed to anything, never to who unsubscribed. */
  readonly isServiceMail: boolean;
  /** Nobody but these. */
  readonly only?: ReadonlySet<string> | undefined;
  /** Called for each person who is left out. */
  readonly onLeftOut?: (id: string, reason: string) => void;
}

export interface Recipients {
  readonly recipients: readonly Addressee[];
  /**
   * All whom nothing speaks against, those that `only` leaves out included: what was begun for them may be
   * finished. Id to the digest of the address.
   */
  readonly eligible: ReadonlyMap<string, string>;
  /** Everybody in either store. Recipients and those left out add up to it. */
  readonly people: number;
  /** How many were left out, by the first reason that held. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** A target whose people can be written to. Throws CutoverError `nobody-to-mail`. */
export function mailTarget(target: Target): { readonly accounts: Accounts; readonly mail: MailPart } {
  const { accounts, mail } = target;
  if (accounts !== undefined && mail !== undefined) return { accounts, mail };
  throw new CutoverError(
    'nobody-to-mail',
    `the target ${target.name} does not say how people are written to`,
    {
      next: 'give a profile whose target has accounts and mail',
      exitCode: exitCodes.usage,
    },
  );
}

/**
 * Who gets a mail, and why everybody else does not. Both stores are read as streams; what is held is the
 * address and the fields that decide, of each person once. Throws CutoverError `branch-missing`.
 */
export async function selectRecipients(input: RecipientsInput): Promise<Recipients> {
  const { accounts, mail } = mailTarget(input.target);
  const head = await input.publicStore.headOf(input.branch);
  const tally = new Tally(input.onLeftOut);
  const privates = await readPrivates(input);
  const candidates: Addressee[] = [];
  const eligible = new Map<string, string>();
  const unsubscribed = unsubscribedAddresses(privates, mail);
  for await (const file of input.publicStore.readRecords(head.commit)) {
    if (file.sheet !== accounts.sheet) continue;
    const record = parseRecord(file.path, file.bytes);
    const own = privates.get(record.id) ?? {};
    privates.delete(record.id);
    tally.people++;
    const address = addressOf(mail, own);
    const reason = reasonAgainst(record, own, address, input, unsubscribed);
    if (reason !== undefined) {
      tally.leave(record.id, reason);
      continue;
    }
    eligible.set(record.id, addressDigest(address!));
    if (input.only !== undefined && !input.only.has(record.id)) tally.leave(record.id, 'not in --only');
    else candidates.push({ id: record.id, address: address!, name: mail.nameOf(record) });
  }
  const pruned = new Set<string>();
  for await (const { id } of input.privateStore.read(prunedSheet)) pruned.add(id);
  for (const id of privates.keys()) {
    tally.people++;
    tally.leave(id, pruned.has(id) ? 'pruned' : 'deleted: there is no public record any more');
  }
  const recipients = withoutDuplicates(candidates, tally);
  return { recipients, eligible, people: tally.people, leftOut: tally.sorted() };
}

class Tally {
  people = 0;
  readonly #reasons = new Map<string, number>();
  readonly #onLeftOut: RecipientsInput['onLeftOut'];

  constructor(onLeftOut: RecipientsInput['onLeftOut']) {
    this.#onLeftOut = onLeftOut;
  }

  leave(id: string, reason: string): void {
    this.#onLeftOut?.(id, reason);
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  sorted(): Record<string, number> {
    return Object.fromEntries([...this.#reasons].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

type Privates = Readonly<Record<string, PrivateRecord | undefined>>;

/** Of each person the private records that decide. */
async function readPrivates({ target, privateStore }: RecipientsInput): Promise<Map<string, Privates>> {
  const { accounts, mail } = mailTarget(target);
  const sheets = new Set([mail.sheet, accounts.github?.sheet, target.claimed?.sheet]);
  for (const name of Object.keys(accounts.keeps ?? {})) sheets.add(name);
  const people = new Map<string, Privates>();
  for (const sheet of sheets) {
    if (sheet === undefined) continue;
    for await (const record of privateStore.read(sheet)) {
      people.set(record.id, { ...people.get(record.id), [sheet]: record });
    }
  }
  return people;
}

function addressOf(mail: MailPart, own: Privates): string | undefined {
  const address = own[mail.sheet]?.[mail.addressField];
  return typeof address === 'string' && address.trim() !== '' ? address.trim() : undefined;
}

/** Who unsubscribed with one account is not written to by way of another with the same address. */
function unsubscribedAddresses(people: ReadonlyMap<string, Privates>, mail: MailPart): Set<string> {
  const addresses = new Set<string>();
  for (const own of people.values()) {
    const record = own[mail.sheet];
    const address = addressOf(mail, own);
    if (record !== undefined && address !== undefined && mail.consent(record) === 'unsubscribed')
      addresses.add(foldEmail(address));
  }
  return addresses;
}

function reasonAgainst(
  record: StoredRecord,
  own: Privates,
  address: string | undefined,
  { target, suppressions, isServiceMail }: RecipientsInput,
  unsubscribed: ReadonlySet<string>,
): string | undefined {
  const { accounts, mail } = mailTarget(target);
  const { github } = accounts;
  const { claimed } = target;
  if (!isImported(record.id)) return 'made on the new site';
  if (isSet(github === undefined ? undefined : own[github.sheet]?.[github.userIdField]))
    return 'linked to GitHub';
  if (isSet(claimed === undefined ? undefined : own[claimed.sheet]?.[claimed.field]))
    return 'signed in since the cutover';
  const refusal = accounts.refusal(record, own);
  if (refusal !== undefined) return `may not sign in: ${refusal}`;
  if (address === undefined) return 'no address';
  if (!isAddress(address)) return 'an address that cannot be one';
  const consent = mail.consent(own[mail.sheet]!);
  if (consent === 'unsubscribed' || unsubscribed.has(foldEmail(address))) return 'unsubscribed';
  const suppressed = suppressions.reasonAgainst(address);
  if (suppressed !== undefined) return suppressed;
  return consent === 'not-subscribed' && !isServiceMail ? 'not subscribed' : undefined;
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null;

/** Ids of imported records are UUIDv8; those of the new site are not. */
const isImported = (id: string): boolean => id[14] === '8';

/** What Resend takes as an address, as far as that can be seen: one `@`, a domain with a dot, nothing that breaks a header. */
function isAddress(address: string): boolean {
  return (
    address.length <= 254 &&
    /^[^\s@<>,;:"()[\]\\\p{C}]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,}$/u.test(
      address,
    )
  );
}

/** Of several accounts with one address, the one whose id sorts first is written to. */
function withoutDuplicates(candidates: Addressee[], tally: Tally): Addressee[] {
  const seen = new Set<string>();
  return candidates
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .filter(({ id, address }) => {
      const folded = foldEmail(address);
      if (!seen.has(folded)) return seen.add(folded);
      tally.leave(id, 'another account with the same address gets it');
      return false;
    });
}

/** An address as the journal and suppressions know it: SHA-256 of its folded form. */
export function addressDigest(address: string): string {
  return createHash('sha256').update(foldEmail(address)).digest('hex');
}
