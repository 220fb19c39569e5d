import { filePlaceOf, type Profile, type Sheet, type StoredRecord } from '@cutover/records';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiState, Loaded } from '../load/state.ts';
import type { ApiOptions } from '../options.ts';
import { homePage } from '../pages/list-page.ts';
import { markdownToHtml } from '../pages/markdown.ts';
import { recordPage } from '../pages/record-page.ts';
import { Searches } from '../site/search.ts';
import { type Answer, answerTo, apiAnswerTo } from '../site/answer.ts';
import { ApiError, notFound, notLoaded } from './api-error.ts';
import { recordQuery } from './content-query.ts';
import { sendError } from './errors.ts';
import { type RecordFiles, sendFile } from './files.ts';
import { sendList } from './lists.ts';
import { isApiPath, sendHtml, sendJson, wantsJson, wantsMedia } from './negotiate.ts';

/** How long each kind of answer may be kept. */
export const cacheControl = {
  /** Records change with the next import, so only briefly. */
  content: 'public, max-age=60',
  /** Browsers keep a 301 for good unless told otherwise: a wrong one, or one that was rolled back, must heal. */
  301: 'public, max-age=3600',
  302: 'no-store',
} as const;

/** Everything that the target's routes and the legacy rules answer, outside `/api` and below it. */
export function registerContent(
  app: FastifyInstance,
  { profile, origin }: Pick<ApiOptions, 'profile' | 'origin'>,
  state: ApiState,
  files: RecordFiles,
): void {
  app.addHook('onClose', () => files.close());
  const searches = new Searches();
  const handle = (request: FastifyRequest, reply: FastifyReply): FastifyReply | Promise<FastifyReply> => {
    const loaded = state.current;
    if (loaded === undefined) throw notLoaded();
    const url = request.raw.url ?? '/';
    const { site, records } = loaded;
    const isApi = isApiPath(url);
    const target = isApi ? url.replace(/^\/api\/?/, '/') : url;
    const answer = isApi
      ? apiAnswerTo(target, site)
      : answerTo(target, { site, urls: profile.urls, records, host: request.host });
    return send(answer, { request, reply, profile, loaded, target, files, searches, origin });
  };
  app.get('/*', { schema: { hide: true } }, handle);
}

export interface Sending {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly profile: Profile;
  readonly loaded: Loaded;
  /** The request target without `/api`. */
  readonly target: string;
  readonly files: RecordFiles;
  readonly searches: Searches;
  /** The site's origin, where it is configured. */
  readonly origin: string | undefined;
}

function send(answer: Answer, sending: Sending): FastifyReply | Promise<FastifyReply> {
  const { request, reply, profile, loaded } = sending;
  const siteName = profile.target.name;
  switch (answer.kind) {
    case 'record': {
      const route = loaded.site.fileRoute(answer.sheet);
      // What a page of old embeds as a picture was a picture: its address leads here.
      if (route !== undefined && wantsMedia(request) && filePlaceOf(answer.record) !== undefined)
        return sendFile({
          request,
          reply,
          commit: loaded.commit,
          record: answer.record,
          route,
          files: sending.files,
        });
      return sendRecord(answer, sending);
    }
    case 'file':
      return sendFile({ request, reply, commit: loaded.commit, ...answer, files: sending.files });
    case 'list':
      return sendList(answer, sending);
    case 'home':
      reply.header('cache-control', cacheControl.content).header('vary', 'accept');
      return wantsJson(request)
        ? reply.send({ name: siteName, lists: loaded.site.entrances })
        : sendHtml(reply, homePage(siteName, loaded.site.entrances));
    case 'moved':
      return reply
        .code(answer.status)
        .header('location', answer.location)
        .header('cache-control', cacheControl[answer.status])
        .send();
    case 'gone':
      return sendError(request, reply, siteName, new ApiError(410, 'gone', answer.reason));
    case 'not-found':
      if (answer.refused !== undefined) {
        request.log.error({ reason: answer.refused }, 'a legacy rule gave a Location that was not sent');
      }
      throw notFound();
  }
}

/** Whether the texts of a record are wanted as HTML, too: `?include=html`. */
function wantsHtmlOfFields(target: string): boolean {
  const mark = target.indexOf('?');
  if (mark === -1) return false;
  const include = new URLSearchParams(target.slice(mark)).get('include');
  return recordQuery.parse({ include }).include === 'html';
}

/** What people wrote in Markdown, as HTML that can do nothing, by field. */
function htmlOf(sheet: Sheet, record: StoredRecord): Record<string, string> {
  return Object.fromEntries(
    (sheet.markdown ?? []).flatMap((field) => {
      const text = record[field];
      return typeof text === 'string' ? [[field, markdownToHtml(text).text]] : [];
    }),
  );
}

function sendRecord(
  { sheet: name, record, path }: Extract<Answer, { kind: 'record' }>,
  { request, reply, profile, loaded, target }: Sending,
): FastifyReply {
  const { site, records } = loaded;
  const sheet = profile.target.sheets.find((sheet) => sheet.name === name)!;
  reply.header('cache-control', cacheControl.content).header('vary', 'accept');
  if (wantsJson(request)) {
    const answer = { sheet: name, path, record };
    return sendJson(reply, wantsHtmlOfFields(target) ? { ...answer, html: htmlOf(sheet, record) } : answer);
  }
  return sendHtml(reply, recordPage({ siteName: profile.target.name, sheet, record, site, records }));
}
