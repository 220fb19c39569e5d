import type { PrivateRecord, StoredRecord } from './target.ts';

/** How people of a target are written to. */
export interface MailPart {
  /** Private sheet and field of the address. */
  readonly sheet: string;
  readonly addressField: string;
  /** What a person is called in a greeting; undefined: nobody knows. */
  nameOf(record: StoredRecord): string | undefined;
  /** `unsubscribed`: said so, and is never written to. `not-subscribed`: gets what is about the account itself at most. */
  consent(current: PrivateRecord): 'unsubscribed' | 'not-subscribed' | 'subscribed';
  /** The record of somebody who unsubscribes at `now`. Called again for who did so before. */
  unsubscribe(current: PrivateRecord, now: string): PrivateRecord;
  readonly templates: Readonly<Record<string, MailTemplate>>;
}

/**
 * A mail as data, from which text and HTML are made alike. Texts may hold `{name}`, `{site}`, `{host}` and
 * `{until}` (the day on which the link ends); values are made safe and escaped by whoever renders.
 */
export interface MailTemplate {
  /** Holds no `{name}`: a subject is no place for what people call themselves. */
  readonly subject: string;
  /** The line that mail programs show beside the subject. */
  readonly preview: string;
  readonly blocks: readonly MailBlock[];
  /** Why somebody gets this; the way to unsubscribe follows it. */
  readonly footer: string;
}

export type MailBlock = { readonly paragraph: string } | { readonly button: string; readonly link: 'claim' };
