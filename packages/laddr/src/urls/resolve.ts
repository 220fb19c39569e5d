import {
  type LegacyAnswer,
  type LegacyRequest,
  parseLegacyRequest,
  type RecordFinder,
} from '@cutover/records';
import { folders, isPage, type Resolved } from './folders.ts';
import { goneForm, hasForm } from './forms.ts';
import { gonePages } from './gone.ts';
import { pathOf } from './pages.ts';

/**
 * What the new site answers to a legacy URL; undefined where the new site's own routes answer it, or where the
 * legacy site knew no such URL. Always one hop: a redirect that people made by hand is followed to its end here.
 */
export function resolve(request: LegacyRequest, records: RecordFinder): LegacyAnswer {
  const [first = '', ...rest] = request.segments;
  const folder = first.toLowerCase();
  if (folder === first) return follow(request, records, new Set());
  // What people typed in capitals, or a printer did.
  const lower = { ...request, segments: [folder, ...rest] };
  if (resolveFolder(lower, records) === isPage)
    return { status: 301, location: pathOf(lower.segments, request.query) };
  return follow(resolveFolder(lower, records) === undefined ? request : lower, records, new Set());
}

function follow(request: LegacyRequest, records: RecordFinder, seen: Set<string>): LegacyAnswer {
  const own = resolveFolder(request, records);
  if (own === isPage) return undefined;
  if (own !== undefined && own.status !== 404) return own;
  return followRedirect(request, records, seen) ?? own;
}

function resolveFolder(request: LegacyRequest, records: RecordFinder): Resolved {
  const [first = ''] = request.segments;
  if (Object.hasOwn(gonePages, first)) return { status: 410, reason: gonePages[first]! };
  const suffix = /^([a-z-]+)\.([a-z]+)$/.exec(first);
  const name = suffix?.[1] ?? first;
  if (!Object.hasOwn(folders, name)) return undefined;
  const form = suffix?.[2] ?? request.query.get('format');
  if (form !== null && hasForm([name, ...request.segments.slice(1)], form)) {
    return suffix === null ? folders[name]!(request, records) : isPage;
  }
  const reason = goneForm(form);
  if (reason !== undefined) return { status: 410, reason };
  if (suffix !== null) return { status: 404 };
  return folders[name]!(request, records);
}

/** Whether something stands at a path: a redirect made by hand never hides it or what lies below it. */
function isAnswered(segments: readonly string[], records: RecordFinder): boolean {
  const own = resolveFolder({ segments, query: new URLSearchParams() }, records);
  return own !== undefined && (own === isPage || own.status !== 404);
}

/** The longest beginning of the path that has a redirect is replaced; the rest of the path is carried over. */
function followRedirect(request: LegacyRequest, records: RecordFinder, seen: Set<string>): LegacyAnswer {
  const { segments, query } = request;
  for (let length = segments.length; length > 0; length--) {
    const from = segments.slice(0, length).join('/');
    const to = records.find('redirects', 'from', from)?.['to'];
    if (typeof to !== 'string' || isAnswered(segments.slice(0, length), records)) continue;
    // Two redirects that lead to each other lead nowhere.
    if (seen.has(from)) return { status: 404 };
    seen.add(from);
    const target = parseLegacyRequest(`/${to}`);
    const moved: LegacyRequest = {
      segments: [...target.segments, ...segments.slice(length)],
      query: target.query.size > 0 ? target.query : query,
    };
    const answer = follow(moved, records, seen);
    return answer ?? { status: 301, location: pathOf(moved.segments, moved.query) };
  }
  return undefined;
}
