import { CutoverError, exitCodes } from '@cutover/core';
import { type MailTemplate, signMailLink } from '@cutover/records';
import { safeName } from './safe-name.ts';

/** What all mails of a campaign share. */
export interface Campaign {
  readonly name: string;
  readonly template: MailTemplate;
  /** `Name <address>` or an address of the domain that sends. */
  readonly from: string;
  readonly replyTo?: string | undefined;
  /** Origin of the new site; links lead there. */
  readonly site: string;
  readonly secret: string;
  /** ISO 8601; the end of claim links, the same for all mails of the campaign. */
  readonly claimUntil: string;
}

/** One mail as Resend takes it. */
export interface Message {
  readonly from: string;
  readonly to: readonly string[];
  readonly replyTo?: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Addressee {
  readonly id: string;
  readonly address: string;
  readonly name: string | undefined;
}

/** The mail to one person: plain text and HTML from the same blocks, with both links. The same input gives the same bytes. */
export function renderMessage(campaign: Campaign, person: Addressee): Message {
  const { template, site, secret, name: campaignName } = campaign;
  const link = (purpose: 'claim' | 'unsubscribe', until: number): string =>
    `${site}/${purpose}/${signMailLink(secret, { purpose, person: person.id, campaign: campaignName, until })}`;
  const claimUrl = link('claim', Math.floor(Date.parse(campaign.claimUntil) / 1000));
  const unsubscribeUrl = link('unsubscribe', 0);
  const values: Readonly<Record<string, string>> = {
    name: safeName(person.name) ?? 'there',
    site,
    host: new URL(site).host,
    until: new Date(campaign.claimUntil).toLocaleDateString('en-GB', {
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      timeZone: 'UTC',
    }),
  };
  const fill = (text: string): string =>
    text.replaceAll(/\{([a-z]+)\}/g, (_whole, key: string) => valueOf(values, key));
  const parts = { fill, claimUrl, unsubscribeUrl };
  return {
    from: campaign.from,
    to: [person.address],
    ...(campaign.replyTo === undefined ? {} : { replyTo: campaign.replyTo }),
    subject: fill(template.subject),
    text: textOf(template, parts),
    html: htmlOf(template, parts),
    headers: {
      'List-Unsubscribe': `<${unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
  };
}

interface Parts {
  readonly fill: (text: string) => string;
  readonly claimUrl: string;
  readonly unsubscribeUrl: string;
}

function valueOf(values: Readonly<Record<string, string>>, key: string): string {
  const value = values[key];
  if (value !== undefined) return value;
  throw new CutoverError('mail-template-invalid', `the template asks for {${key}}, which no mail has`, {
    next: `use {${Object.keys(values).join('}, {')}} in the profile's template`,
    exitCode: exitCodes.usage,
  });
}

function textOf(template: MailTemplate, { fill, claimUrl, unsubscribeUrl }: Parts): string {
  const blocks = template.blocks.map((block) =>
    'paragraph' in block ? fill(block.paragraph) : `${fill(block.button)}:\n${claimUrl}`,
  );
  return `${[...blocks, `-- \n${fill(template.footer)}\nUnsubscribe: ${unsubscribeUrl}`].join('\n\n')}\n`;
}

const style = `:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0;padding:24px 12px;background:#f4f4f2;color:#1b1b1b;font:16px/1.55 system-ui,-apple-system,'Segoe UI',sans-serif}
.card{max-width:34em;margin:0 auto;padding:24px;background:#ffffff;border-radius:8px;overflow-wrap:anywhere}
.button{display:inline-block;padding:12px 20px;background:#1a56b0;color:#ffffff;text-decoration:none;border-radius:6px;font-weight:600}
.footer{font-size:13px;color:#5a5a5a}.footer a{color:inherit}.unseen{display:none}
@media (prefers-color-scheme:dark){body{background:#161616;color:#ececec}.card{background:#222222}.button{background:#8ab4ff;color:#101010}.footer{color:#b0b0b0}}`;

function htmlOf(template: MailTemplate, { fill, claimUrl, unsubscribeUrl }: Parts): string {
  const html = (text: string): string => escape(fill(text));
  const blocks = template.blocks.map((block) =>
    'paragraph' in block
      ? `<p>${html(block.paragraph)}</p>`
      : `<p><a class="button" href="${escape(claimUrl)}">${html(block.button)}</a></p>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${html(template.subject)}</title>
<style>${style}</style>
</head>
<body>
<div class="unseen">${html(template.preview)}</div>
<div class="card">
${blocks.join('\n')}
<p class="footer">${html(template.footer)}<br><a href="${escape(unsubscribeUrl)}">Unsubscribe</a></p>
</div>
</body>
</html>
`;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => escapes[character]!);
