import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a link in a mail is for; a link of one purpose never opens the other. */
export type MailLinkPurpose = 'claim' | 'unsubscribe';

export interface MailLink {
  readonly purpose: MailLinkPurpose;
  /** Id of the person whom the mail was for. */
  readonly person: string;
  readonly campaign: string;
  /** Seconds since 1970 after which it is over; 0: never. */
  readonly until: number;
}

/** The token of a link: what it says, and a signature by HMAC-SHA-256. No address stands in it. */
export function signMailLink(secret: string, { purpose, person, campaign, until }: MailLink): string {
  const payload = Buffer.from(JSON.stringify([purpose, person, campaign, until])).toString('base64url');
  return `${payload}.${signatureOf(secret, payload)}`;
}

/** What a token says; undefined where it is forged, cut, for another purpose, or over at `nowMs`. */
export function readMailLink(
  secret: string,
  purpose: MailLinkPurpose,
  token: string,
  nowMs: number,
): MailLink | undefined {
  const [payload = '', signature = '', ...more] = token.split('.');
  const expected = Buffer.from(signatureOf(secret, payload));
  const given = Buffer.from(signature);
  if (more.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected))
    return undefined;
  const [of, person, campaign, until] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [
    MailLinkPurpose,
    string,
    string,
    number,
  ];
  if (of !== purpose || (until !== 0 && until * 1000 <= nowMs)) return undefined;
  return { purpose: of, person, campaign, until };
}

function signatureOf(secret: string, payload: string): string {
  return createHmac('sha256', secret).update(`cutover-mail-link-v1.${payload}`).digest('base64url');
}
