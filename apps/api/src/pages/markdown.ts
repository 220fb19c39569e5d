import MarkdownIt from 'markdown-it';
import sanitizeHtml from 'sanitize-html';
import { markup, Markup } from './markup.ts';

/** Longer texts are shown as they were written. */
const maxLength = 200_000;

/** Time is linear in the text, whatever it is: anybody may have written it. */
const markdown = new MarkdownIt({ html: true, linkify: true, breaks: true });

const allowed: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['h2', 'h3', 'h4', 'h5', 'h6', 'p', 'br', 'hr', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'blockquote'],
    ...['pre', 'code', 'kbd', 'em', 'i', 'strong', 'b', 'del', 's', 'u', 'sub', 'sup', 'a', 'img'],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td', 'details', 'summary'],
  ],
  allowedAttributes: {
    a: ['href', 'title', 'rel'],
    img: ['src', 'alt', 'title', 'width', 'height', 'loading'],
    ol: ['start'],
    th: ['align', 'colspan', 'rowspan'],
    td: ['align', 'colspan', 'rowspan'],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['http', 'https'] },
  allowProtocolRelative: false,
  nestingLimit: 50,
  transformTags: {
    // The page has its own heading.
    h1: 'h2',
    a: (tagName, attribs) => ({ tagName, attribs: { ...attribs, rel: 'nofollow ugc noopener' } }),
    img: (tagName, attribs) => ({ tagName, attribs: { ...attribs, loading: 'lazy' } }),
  },
};

/**
 * What people wrote in Markdown, with the HTML that it may hold, as HTML that can do nothing: no scripts, styles,
 * forms, frames, ids or classes, and links by http, https and mailto alone. A text that cannot be read is shown
 * as it is.
 */
export function markdownToHtml(text: string): Markup {
  if (text.length <= maxLength) {
    try {
      return new Markup(sanitizeHtml(markdown.render(text), allowed));
    } catch {
      // Nested deeper than the stack: shown as it was written.
    }
  }
  return markup`<pre>${text}</pre>`;
}
