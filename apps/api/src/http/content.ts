import { filePlaceOf, type Profile } from '@cutover/records';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiState, Loaded } from '../load/state.ts';
import { homePage, listPage } from '../pages/list-page.ts';
import { recordPage } from '../pages/record-page.ts';
import { type Answer, answerTo, apiAnswerTo } from '../site/answer.ts';
import { pageOf } from '../site/page.ts';
import { ApiError, notFound, notLoaded } from './api-error.ts';
import { sendError } from './errors.ts';
import { type RecordFiles, sendFile } from './files.ts';
import { isApiPath, sendHtml, wantsJson, wantsMedia } from './negotiate.ts';

/** How long each kind of answer may be kept. */
const cacheControl = {
  /** Records change with the next import, so only briefly. */
  content: 'public, max-age=60',
  /** Browsers keep a 301 for good unless told otherwise: a wrong one, or one that was rolled back, must heal. */
  301: 'public, max-age=3600',
  302: 'no-store',
} as const;

/** Everything that the target's routes and the legacy rules answer, outside `/api` and below it. */
export function registerContent(
  app: FastifyInstance,
  profile: Profile,
  state: ApiState,
  files: RecordFiles,
): void {
  app.addHook('onClose', () => files.close());
  const handle = (request: FastifyRequest, reply: FastifyReply): FastifyReply | Promise<FastifyReply> => {
    const loaded = state.current;
    if (loaded === undefined) throw notLoaded();
    const url = request.raw.url ?? '/';
    const context = { site: loaded.site, urls: profile.urls, records: loaded.records, host: request.host };
    const target = isApiPath(url) ? url.replace(/^\/api\/?/, '/') : url;
    const answer = isApiPath(url) ? apiAnswerTo(target, context) : answerTo(target, context);
    return send(answer, { request, reply, profile, loaded, target, files });
  };
  app.get('/*', { schema: { hide: true } }, handle);
}

interface Sending {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly profile: Profile;
  readonly loaded: Loaded;
  /** The request target without `/api`. */
  readonly target: string;
  readonly files: RecordFiles;
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

function sendRecord(
  { sheet: name, record }: Extract<Answer, { kind: 'record' }>,
  { request, reply, profile, loaded }: Sending,
): FastifyReply {
  const { site, records } = loaded;
  reply.header('cache-control', cacheControl.content).header('vary', 'accept');
  if (wantsJson(request)) return reply.send({ sheet: name, path: site.pathOf(name, record), record });
  const sheet = profile.target.sheets.find((sheet) => sheet.name === name)!;
  return sendHtml(reply, recordPage({ siteName: profile.target.name, sheet, record, site, records }));
}

function sendList(
  answer: Extract<Answer, { kind: 'list' }>,
  { request, reply, profile, loaded: { site }, target }: Sending,
): FastifyReply {
  const { query, route } = answer;
  const page = pageOf(answer, query);
  if (typeof page === 'string') throw new ApiError(400, 'page-invalid', page);
  if (page === undefined) throw notFound();
  reply.header('cache-control', cacheControl.content).header('vary', 'accept');
  if (wantsJson(request)) {
    const records = page.records.map((record) => ({ path: site.pathOf(route.sheet, record), record }));
    return reply.send({ sheet: route.sheet, ...page, records });
  }
  const path = target.split(/[?#]/, 1)[0]!;
  return sendHtml(
    reply,
    listPage({ siteName: profile.target.name, sheet: route.sheet, page, site, path, query }),
  );
}
