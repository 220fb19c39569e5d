import { createHash } from 'node:crypto';
import { markup, Markup } from './markup.ts';

const style = `:root{color-scheme:light dark}
body{font:1rem/1.55 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1.5rem 1rem 4rem}
header,nav{font-size:.9rem;opacity:.8}h1{line-height:1.2;overflow-wrap:anywhere}
dt{font-weight:600;margin-top:.8rem}dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}
.text{white-space:normal}.text img{max-width:100%;height:auto}.text pre{overflow-x:auto}.text table{border-collapse:collapse}
.text td,.text th{border:1px solid;padding:.2rem .5rem}
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
  /** Path of the feed of what is shown. */
  readonly feed?: string | undefined;
}

/** A whole page. */
export function layout({ title, siteName, body, recordId, canonical, feed }: Document): string {
  const id = recordId === undefined ? undefined : markup`<meta name="record-id" content="${recordId}">\n`;
  const link = canonical === undefined ? undefined : markup`<link rel="canonical" href="${canonical}">\n`;
  const news =
    feed === undefined
      ? undefined
      : markup`<link rel="alternate" type="application/rss+xml" href="${feed}">\n`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${id}${link}${news}<title>${title} – ${siteName}</title>
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
