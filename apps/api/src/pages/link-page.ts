import { layout } from './layout.ts';
import { markup } from './markup.ts';

export interface LinkPageInput {
  readonly siteName: string;
  readonly title: string;
  readonly text: string;
  /** Where the button posts to. */
  readonly action: string;
  readonly button: string;
}

/** What a link in a mail leads to: says what the button does, and does nothing by itself. */
export function linkPage({ siteName, title, text, action, button }: LinkPageInput): string {
  return layout({
    title,
    siteName,
    body: markup`<p>${text}</p>
<form method="post" action="${action}"><p><button>${button}</button></p></form>`,
  });
}

/** A page with a link to go on by: a form's answer must not lead to another site, as browsers follow its policy there too. */
export function goOnPage(siteName: string, title: string, to: string, label: string): string {
  return layout({ title, siteName, body: markup`<p><a href="${to}">${label}</a></p>` });
}
