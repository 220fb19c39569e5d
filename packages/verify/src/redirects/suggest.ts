import type { Suggestion } from './expected-url.ts';
import type { Pages } from './pages.ts';

const assets = /\.(?:css|js|mjs|map|png|jpe?g|gif|svg|webp|ico|woff2?|ttf|eot|txt|xml)$/i;
const documents = /\.(?:pdf|docx?|xlsx?|pptx?|zip|mp[34])$/i;

/** What could become of a URL that nobody has decided on. A guess for a human, never an expectation. */
export function suggest(segments: readonly string[], pages: Pages): Suggestion {
  const last = segments.at(-1) ?? '';
  const named = pages.named(last.replace(/\.\w+$/, ''));
  if (named !== undefined) {
    return { decision: 'redirect', to: named, because: `${named} is the only page of that name` };
  }
  if (documents.test(last))
    return { decision: 'archive', because: 'it is a document that others may link to' };
  if (assets.test(last)) return { decision: 'gone', because: 'it is a file that only old pages load' };
  for (let length = segments.length - 1; length > 0; length--) {
    const above = `/${segments.slice(0, length).map(encodeURIComponent).join('/')}`;
    if (pages.isList(above) || pages.recordAt(above) !== undefined) {
      return { decision: 'redirect', to: above, because: `${above} is the next page above it` };
    }
  }
  return { decision: 'gone', because: 'nothing on the new site resembles it' };
}
