import { createHash } from 'node:crypto';
import { markup, Markup } from './markup.ts';

const style = `:root{color-scheme:light dark}
body{font:1rem/1.55 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1.5rem 1rem 4rem}
header,nav{font-size:.9rem;opacity:.8}h1{line-height:1.2;overflow-wrap:anywhere}
dt{font-weight:600;margin-top:.8rem}dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}
ul{padding-left:1.2rem}li{margin:.25rem 0}nav{display:flex;gap:1rem;margin-top:2rem}`;

/** The one style that pages may use, as Content-Security-Policy names it. */
export const styleSource = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

export interface Document {
  readonly title: string;
  readonly siteName: string;
  readonly body: Markup;
  readonly recordId?: string;
  /** The one path of what is shown. */
  readonly canonical?: string;
}

/** A whole page. */
export function layout({ title, siteName, body, recordId, canonical }: Document): string {
  const id = recordId === undefined ? undefined : markup`<meta name="record-id" content="${recordId}">\n`;
  const link = canonical === undefined ? undefined : markup`<link rel="canonical" href="${canonical}">\n`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${id}${link}<title>${title} – ${siteName}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header><a href="/">${siteName}</a></header>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.text;
}
