import { createHash } from 'node:crypto';
import { styleSource } from './layout.ts';
import { layout } from './layout.ts';
import { markup, Markup } from './markup.ts';

const script = 'document.forms[0].submit()';
const scriptSource = `'sha256-${createHash('sha256').update(script).digest('base64')}'`;

/** A page that posts fields to another site at once, or at a click where scripts are off. */
export function postPage(input: {
  readonly siteName: string;
  readonly title: string;
  readonly action: string;
  readonly fields: Readonly<Record<string, string | undefined>>;
}): string {
  const fields = Object.entries(input.fields).filter(([, value]) => value !== undefined);
  return layout({
    title: input.title,
    siteName: input.siteName,
    body: markup`<form method="post" action="${input.action}">
${fields.map(([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">\n`)}<p><button>Go on</button></p>
</form>
<script>${new Markup(script)}</script>`,
  });
}

/** What that page may do, and nothing else. */
export function postPagePolicy(action: string): string {
  return `default-src 'none';script-src ${scriptSource};style-src ${styleSource};base-uri 'none';form-action ${new URL(action).origin};frame-ancestors 'none'`;
}
