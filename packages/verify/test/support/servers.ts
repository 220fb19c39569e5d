import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  parseLegacyRequest,
  type RecordIndexes,
  type StoredRecord,
  type Target,
  type UrlRules,
} from '@cutover/records';

export interface TestSite {
  readonly url: string;
  readonly port: number;
  readonly asked: string[];
  close(): Promise<void>;
}

export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TestSite> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url!);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** What the legacy site is like: handles and numbers in one place, case ignored, `/members` beside `/people`. */
export function laddrLike(records: RecordIndexes): Promise<TestSite> {
  const sheets: Readonly<Record<string, string>> = {
    projects: 'projects',
    people: 'people',
    users: 'people',
    tags: 'tags',
    blog: 'blog-posts',
    pages: 'blog-posts',
    'project-buzz': 'project-buzz',
  };
  return serve((request, response) => {
    const { segments } = parseLegacyRequest(request.url!);
    const [folder = '', named] = segments;
    if (folder === 'members') {
      response.writeHead(301, { location: `/people/${encodeURIComponent(named ?? '')}` }).end();
      return;
    }
    const sheet = sheets[folder];
    const record =
      sheet === undefined || named === undefined
        ? undefined
        : (records.find(sheet, 'legacyHandle', named) ?? records.find(sheet, 'legacyId', named));
    const isList = sheet !== undefined && segments.length === 1;
    response.writeHead(record === undefined && !isList && folder !== 'checkin' ? 404 : 200).end('legacy');
  });
}

/** The new site: its rules, and a page with the id of every record that a route shows. */
export function newSite(rules: UrlRules, target: Target, records: RecordIndexes): Promise<TestSite> {
  return serve((request, response) => {
    const legacy = parseLegacyRequest(request.url!);
    const answer = rules.resolve(legacy, records);
    if (answer !== undefined) {
      response.writeHead(answer.status, 'location' in answer ? { location: answer.location } : {}).end();
      return;
    }
    const page = pageAt(`/${legacy.segments.map(encodeURIComponent).join('/')}`, target, records);
    response.writeHead(page === undefined ? 404 : 200).end(page);
  });
}

function pageAt(path: string, target: Target, records: RecordIndexes): string | undefined {
  for (const route of target.routes) {
    if (route.path === path) return 'a list';
    if (route.kind !== 'detail') continue;
    for (const record of records.list(route.sheet)) if (pathOf(route.path, record) === path) return record.id;
  }
  return undefined;
}

function pathOf(route: string, record: StoredRecord): string {
  return route
    .split('/')
    .map((part) => encodeURIComponent(part.startsWith(':') ? String(record[part.slice(1)] ?? '') : part))
    .join('/');
}
