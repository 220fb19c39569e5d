import type { Finding } from '@cutover/core';
import type { ZodType } from 'zod';
import type { PasswordFormat } from './password-format.ts';
import type { MailPart } from './mail.ts';
import type { PathTemplate } from './path.ts';
import type { PublicFields } from './toml.ts';
import type { WriteAction } from './write-action.ts';

/** A public record as stored: always an `id`, otherwise what its sheet's schema says. */
export type StoredRecord = PublicFields & { readonly id: string };

/** A private record as stored: one line of JSON with an `id` of the record it belongs to. */
export type PrivateRecord = Readonly<Record<string, string | number | boolean | null>> & {
  readonly id: string;
};

/** A field with the id of another record, and the field of that record which names it. */
export interface NamedReference {
  readonly reference: string;
  readonly field: string;
}

/** A kind of public record: one record is one TOML file at the sheet's path. */
export interface Sheet {
  readonly name: string;
  readonly schema: ZodType<PublicFields>;
  readonly path: PathTemplate;
  /** Fields that hold the id of a record of another sheet. */
  readonly references: Readonly<Record<string, string>>;
  /** Fields by which a record is looked up besides `id`; `folded` compares as the legacy database did. */
  readonly indexes: Readonly<Record<string, 'exact' | 'folded'>>;
  /** References of which the record is a part: it goes when that record is pruned. Others are taken out then. */
  readonly belongsTo?: readonly string[];
  /** Fields whose values no two records of the sheet may share, e.g. a legacy id. */
  readonly unique?: readonly string[];
  /**
   * Fields that repeat what a record is called that the sheet refers to, e.g. `projectSlug` the `slug` of `projectId`.
   * They follow that record's name.
   */
  readonly copies?: Readonly<Record<string, NamedReference>>;
  /**
   * Whose names the slug is made of, where it is made of others': the first, up to a dot, and what stands after the
   * last dot, which is the first of these that a record refers to. It follows these names, as in `hack.jane`.
   */
  readonly joins?: { readonly begins: NamedReference; readonly ends?: readonly NamedReference[] };
  /** Fields in which people write what they want, their own address included. */
  readonly freeText: readonly string[];
  /** Fields of them that hold Markdown, or the HTML that Markdown may hold. */
  readonly markdown?: readonly string[];
}

/** A kind of private record: lines of `<name>.jsonl` in the private store. */
export interface PrivateSheet {
  readonly name: string;
  readonly schema: ZodType<Record<string, unknown>>;
  /** The public sheet whose record has the same id. */
  readonly of: string;
  /** Every record of that sheet must have one. */
  readonly everyRecord: boolean;
  /** Who owns a field after the move; a field that is not named is merged, and a double change is a conflict. */
  readonly owners: Readonly<Record<string, FieldOwner>>;
  /** Fields that the store makes when the record is first written, e.g. a random token. */
  onInsert?(record: PrivateRecord, token: () => string): PrivateRecord;
}

/**
 * - `new-side-after-claim`: once the person has signed in or claimed the account, an import leaves it alone.
 * - `opt-out`: `false` wins from either side.
 */
export type FieldOwner = 'new-side-after-claim' | 'opt-out';

/** A rule between the two stores that needs more than ids: looked at for every record of `sheet`. */
export interface ReconcileRule {
  readonly id: string;
  readonly title: string;
  readonly sheet: string;
  /** Findings about one record and its private records by sheet; `undefined` where the rule does not apply to it. */
  check(
    record: StoredRecord,
    privates: Readonly<Record<string, PrivateRecord | undefined>>,
  ): Finding[] | undefined;
  /** Classes of the repairs that `repair` gives. */
  readonly repairs?: readonly string[];
  /** What mends a finding of this rule without a human's decision, where anything does. */
  repair?(
    record: StoredRecord,
    privates: Readonly<Record<string, PrivateRecord | undefined>>,
  ): Repair | undefined;
}

/** A change of one private record that is safe by rule. */
export interface Repair {
  /** Name of the kind of repair, e.g. `regenerate-token`. */
  readonly class: string;
  /** Private sheet; the record has the id of the one that was checked. */
  readonly sheet: string;
  /** Touches a password of the old site: waits until nobody goes back to that site any more. */
  readonly afterWatch: boolean;
  /** Looks again at what is stored by then, and gives it back as it is where nothing is wrong any more. */
  change(current: PrivateRecord | undefined, token: () => string): PrivateRecord | undefined;
}

/**
 * What the new site answers at one path. `:name` parts match the named field of the sheet's records. `file` gives
 * the upload of the record that the rest of the path names; `mimeType` is the field that says what it is.
 */
export interface Route {
  readonly path: string;
  readonly sheet: string;
  readonly kind: 'list' | 'detail' | 'file';
  readonly mimeType?: string;
  /** Query parameters of a list that filter by a field. */
  readonly filters?: Readonly<Record<string, string>>;
  /** What a list is besides a page and JSON. */
  readonly forms?: ListForms;
}

/** Forms of a list: at its path with `?format=csv` or `?format=rss`, and with `.csv` or `.rss` behind the path. */
export interface ListForms {
  /** Fields of a table, in order: all records of the list. */
  readonly csv?: readonly string[];
  /** A feed of the newest records. */
  readonly rss?: Feed;
}

export interface Feed {
  /** Field with the moment (ISO 8601) by which a record is new. */
  readonly at: string;
  /** Field with what the record says. */
  readonly text: string;
}

/** The new site, as far as an import has to know it. */
export interface Target {
  readonly name: string;
  readonly sheets: readonly Sheet[];
  readonly privateSheets: readonly PrivateSheet[];
  readonly routes: readonly Route[];
  readonly reconcile: readonly ReconcileRule[];
  /** Private sheet and field that say that a person has taken over the account on the new side. */
  readonly claimed?: { readonly sheet: string; readonly field: string };
  /** How people sign in, where the target lets them. */
  readonly accounts?: Accounts;
  /** What people can do once they are signed in. */
  readonly writes?: readonly WriteAction[];
  /** How people are written to, where they have addresses. */
  readonly mail?: MailPart;
}

export interface Accounts {
  readonly sheet: string;
  /** Public index (`sheet.indexes`) and private field that a login is looked up by, in this order. */
  readonly loginIndex: string;
  readonly loginPrivate?: { readonly sheet: string; readonly field: string };
  /** `formats`: of the legacy system's own making, beside those that every site knows. */
  readonly passwords: {
    readonly sheet: string;
    readonly field: string;
    readonly formats?: readonly PasswordFormat[];
  };
  /** Private fields by sheet that `refusal` and the SAML part look at; a site keeps these in memory and no others. */
  readonly keeps?: Readonly<Record<string, readonly string[]>>;
  /** Who did something at which moment (ISO 8601), as a record of a sheet tells it. Absent: nobody knows who is active. */
  activity?(sheet: string, record: StoredRecord): readonly (readonly [person: string, at: string])[];
  /** How people sign in with GitHub, where they can. */
  readonly github?: GithubAccounts;
  /** A person for verifications that walk through accounts, on a copy of the stores. Absent: they cannot be made. */
  madeUp?(person: MadeUpPerson): {
    readonly record: StoredRecord;
    readonly privates: Readonly<Record<string, PrivateRecord>>;
  };
  /** Whether this person may decide about other people's accounts. Absent: nobody may. */
  isStaff?(record: StoredRecord): boolean;
  /** Why this person may not sign in, or undefined. Private records hold the fields that `keeps` names. */
  refusal(
    record: StoredRecord,
    privates: Readonly<Record<string, PrivateRecord | undefined>>,
  ): string | undefined;
}

export interface MadeUpPerson {
  readonly id: string;
  readonly slug: string;
  readonly login: string;
  readonly email: string;
  readonly password: string;
  /** Whether it may decide about other people's accounts. */
  readonly staff: boolean;
}

/** Where the private store holds what belongs to a GitHub account. The same sheet holds the address that `loginPrivate` names. */
export interface GithubAccounts {
  readonly sheet: string;
  /** GitHub's own number of the account, as text: a login can be given up and taken by somebody else. */
  readonly userIdField: string;
  readonly claimedAtField?: string;
  /** Whether the password of the old site is removed once the account was taken over. */
  readonly drainsPassword: boolean;
}
