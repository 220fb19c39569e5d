import type { StoredRecord } from '@cutover/records';
import type { FastifyReply } from 'fastify';
import { feedOf } from '../pages/feed.ts';
import { listPage } from '../pages/list-page.ts';
import { titleOf } from '../pages/record-page.ts';
import { tableOf } from '../pages/table.ts';
import type { Answer } from '../site/answer.ts';
import { pageOf } from '../site/page.ts';
import { hasWords, SearchBusy, searchedFields } from '../site/search.ts';
import { ApiError, notFound } from './api-error.ts';
import { type ListQuery, parseListQuery } from './content-query.ts';
import { cacheControl, type Sending } from './content.ts';
import { sendHtml, sendJson, wantsJson } from './negotiate.ts';

type ListAnswer = Extract<Answer, { kind: 'list' }>;

/** A list, filtered, searched and in the form that was asked for. Throws ApiError 400, 404, 503. */
export function sendList(answer: ListAnswer, sending: Sending): FastifyReply | Promise<FastifyReply> {
  const query = parseListQuery(answer.route, answer.query);
  if ('parameter' in query) {
    const code = query.parameter === 'q' ? 'search-too-long' : 'page-invalid';
    throw new ApiError(400, code, query.message);
  }
  if (!hasWords(query.q)) return sendRecords(answer, query, sending);
  return found(answer, query.q, sending).then((records) =>
    sendRecords({ ...answer, records }, query, sending),
  );
}

function found(
  { route, records, query }: ListAnswer,
  words: string,
  { profile, loaded, searches, target }: Sending,
): Promise<readonly StoredRecord[]> {
  const sheet = profile.target.sheets.find(({ name }) => name === route.sheet)!;
  const filters = Object.keys(route.filters ?? {}).map((name) => [name, query.getAll(name)]);
  const key = JSON.stringify([target.split(/[?#]/, 1)[0], filters]);
  try {
    return searches.find({
      records,
      fields: searchedFields(sheet),
      words,
      title: titleOf,
      key,
      commit: loaded.commit,
    });
  } catch (error) {
    if (!(error instanceof SearchBusy)) throw error;
    throw new ApiError(503, 'search-busy', 'Too many searches at once. Try again.', 1);
  }
}

function sendRecords(answer: ListAnswer, asked: ListQuery, sending: Sending): FastifyReply {
  const { request, reply, profile, loaded, target } = sending;
  const { query, route, form } = answer;
  if (form !== undefined) return sendForm(answer, form, sending);
  const page = pageOf(answer, asked);
  if (page === undefined) throw notFound();
  const { site } = loaded;
  reply.header('cache-control', cacheControl.content).header('vary', 'accept');
  if (wantsJson(request)) {
    const records = page.records.map((record) => ({ path: site.pathOf(route.sheet, record), record }));
    return sendJson(reply, { sheet: route.sheet, ...page, records });
  }
  const path = target.split(/[?#]/, 1)[0]!;
  const forms = route.forms ?? {};
  const { name: siteName } = profile.target;
  return sendHtml(reply, listPage({ siteName, sheet: route.sheet, page, site, path, query, forms }));
}

function sendForm(
  { route, records }: ListAnswer,
  form: NonNullable<ListAnswer['form']>,
  { request, reply, profile, loaded: { site }, target, origin }: Sending,
): FastifyReply {
  reply.header('cache-control', cacheControl.content).header('vary', 'accept');
  const columns = route.forms?.csv;
  if (form === 'csv' && columns !== undefined) {
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${route.sheet}.csv"`)
      .send(tableOf(columns, records));
  }
  const sheet = profile.target.sheets.find(({ name }) => name === route.sheet)!;
  const own = origin ?? `${request.protocol}://${request.host}`;
  const pathOf = (record: StoredRecord) => site.pathOf(route.sheet, record);
  const input = { siteName: profile.target.name, origin: own, path: target, sheet, records, pathOf };
  return reply.type('application/rss+xml; charset=utf-8').send(feedOf({ ...input, feed: route.forms!.rss! }));
}
