import { parseToml, type Profile, writeToml, type PublicFields } from '@cutover/records';
import { dumpSource } from '@cutover/importer';
import { laddr, smallSampleDump } from '@cutover/laddr';
import { git } from '@cutover/stores';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bootInProcess, notHolding, type Planted, rehearseWith, rewriteTree } from './rehearsal.ts';

const edit = (text: string, change: (record: Record<string, unknown>) => void): string => {
  const record = parseToml(text);
  change(record);
  return writeToml(record as PublicFields);
};

/** Changes the first record of a sheet for which `change` says what it shall be. */
function first(
  sheet: string,
  change: (path: string, text: string) => { path: string; text: string } | undefined | false,
) {
  let done = false;
  return (path: string, text: string) => {
    if (done || !path.startsWith(`${sheet}/`)) return { path, text };
    const now = change(path, text);
    if (now === false) return { path, text };
    done = true;
    return now;
  };
}

/** Rehearsed no further than `until`: what only these steps can catch is caught by then. */
const afterImport = (plant: NonNullable<Planted['after']>['plant'], until?: string): Planted => ({
  after: { step: '10-import', plant },
  ...(until === undefined ? {} : { until }),
});

const wrongRule: Profile = {
  ...laddr,
  urls: {
    ...laddr.urls,
    resolve: (request, records) => {
      const answer = laddr.urls.resolve(request, records);
      return answer !== undefined && 'location' in answer && /^\/projects\/[^/?]+$/.test(answer.location)
        ? { ...answer, location: '/projects/laddr' }
        : answer;
    },
  },
};

/** A reader that takes `),(` inside a text for the end of a row, as hand-written ones do: such rows come out broken and are lost. */
const splitting = (path: string) => {
  const real = dumpSource([path]);
  return {
    ...real,
    read: async function* (options = {}) {
      for await (const event of real.read(options)) {
        if (event.kind !== 'rows') yield event;
        else
          yield {
            ...event,
            rows: event.rows.filter(
              (row) => !row.some((cell) => typeof cell === 'string' && /['"();]/.test(cell)),
            ),
          };
      }
    },
  } satisfies ReturnType<typeof dumpSource>;
};

describe('the rehearsal on the small sample', () => {
  it('holds, looks at something in every check, and says what it did not exercise', async () => {
    const { report, exitCode } = await rehearseWith();
    expect(notHolding(report)).toEqual({});
    expect([report.outcome, exitCode]).toEqual(['holds', 0]);
    for (const check of report.checks) expect(check.looked, check.id).toBeGreaterThan(0);
    expect(report.stepsNotExercised.map(({ step }) => step.slice(0, 2)).join(' ')).toBe(
      '02 03 04 05 06 07 08 09 19 20 21 22 24 25 26',
    );
  });
});

describe('a fault planted in an otherwise passing rehearsal', () => {
  it.each<[string, Planted, string[], number]>([
    [
      'a record deleted from the tree',
      afterImport(
        (planting) =>
          rewriteTree(
            planting,
            first('project-buzz', () => undefined),
          ),
        '11-counts',
      ),
      ['tree'],
      1,
    ],
    [
      'a past that ends before the import',
      {
        ...afterImport(async ({ publicStore }) => {
          const head = (await publicStore.head('legacy-history'))!;
          const before = (await git(publicStore.dir, ['rev-parse', `${head.commit}^`])).trim();
          await publicStore.moveBranch('legacy-history', before, head);
        }, '11-counts'),
        options: { history: 'legacy-history' },
      },
      ['history-tree'],
      1,
    ],
    [
      "a project's slug changed in git",
      afterImport(
        (planting) =>
          rewriteTree(
            planting,
            first('projects', (path, text) => ({
              path: path.replace('.toml', '-x.toml'),
              text: edit(text, (record) => (record['slug'] = `${String(record['slug'])}-x`)),
            })),
          ),
        '15-redirects',
      ),
      ['tree', 'redirects'],
      1,
    ],
    [
      "a NameID changed by one letter's case",
      afterImport(
        (planting) =>
          rewriteTree(
            planting,
            first('people', (path, text) => {
              const value = parseToml(text)['slackSamlNameId'];
              if (typeof value !== 'string') return false;
              const other =
                value[0] === value[0]!.toUpperCase() ? value[0]!.toLowerCase() : value[0]!.toUpperCase();
              return {
                path,
                text: edit(text, (record) => (record['slackSamlNameId'] = other + value.slice(1))),
              };
            }),
          ),
        '16-name-ids',
      ),
      ['tree', 'name-ids'],
      1,
    ],
    [
      'a redirect to the wrong project',
      { options: { profile: wrongRule, boot: bootInProcess(wrongRule) }, until: '15-redirects' },
      ['redirect-rules', 'redirects'],
      1,
    ],
    [
      'a redirect to the wrong project on the site alone',
      { options: { boot: bootInProcess(wrongRule) }, until: '15-redirects' },
      ['redirects'],
      1,
    ],
    [
      'a profile row removed',
      afterImport(async ({ privateStore }) => {
        for await (const { id } of privateStore.read('profiles')) {
          await privateStore.update('profiles', id, () => undefined);
          return;
        }
      }, '13-reconcile'),
      ['reconcile-orphans'],
      1,
    ],
    [
      'an empty sheet where the dump has rows',
      afterImport(
        (planting) =>
          rewriteTree(planting, (path, text) => (path.startsWith('tags/') ? undefined : { path, text })),
        '12-merge',
      ),
      ['tree', 'merge-references'],
      1,
    ],
    [
      'an empty table where the dump has rows',
      {
        options: {
          source: {
            ...dumpSource([fileURLToPath(smallSampleDump)]),
            read: async function* (options = {}) {
              for await (const event of dumpSource([fileURLToPath(smallSampleDump)]).read(options)) {
                if (event.kind !== 'rows' || event.table.name !== 'project_buzz') yield event;
              }
            },
          },
        },
        until: '11-counts',
      },
      ['counts'],
      1,
    ],
    [
      'a reader that splits rows wrongly',
      { options: { source: splitting(fileURLToPath(smallSampleDump)) }, until: '11-counts' },
      ['counts'],
      1,
    ],
    [
      'a truncated dump',
      { dump: (sql) => sql.slice(0, Math.floor(sql.length * 0.7)) },
      ['preflight-dump'],
      3,
    ],
    [
      'a dump without its closing line',
      { dump: (sql) => sql.replace(/-- Dump completed.*\n/, '') },
      ['preflight-dump'],
      3,
    ],
    [
      'a dump with an added column',
      {
        dump: (sql) =>
          sql
            .replace('CREATE TABLE `tags` (\n', 'CREATE TABLE `tags` (\n  `Salt` int(11) DEFAULT NULL,\n')
            .replaceAll(/INSERT INTO `tags` VALUES[\s\S]*?;\n/g, ''),
      },
      ['preflight-schema'],
      3,
    ],
    [
      'a target that does not answer',
      { options: { targetUrl: 'http://127.0.0.1:9' }, until: '17-sign-in' },
      ['health', 'redirects', 'sign-in'],
      4,
    ],
    [
      'a password hash in a public text',
      afterImport(async (planting) => {
        let hash = '';
        for await (const record of planting.privateStore.read('legacy-passwords'))
          hash = String(record['hash']);
        await rewriteTree(
          planting,
          first('projects', (path, text) => ({
            path,
            text: edit(text, (record) => (record['readme'] = `see ${hash}`)),
          })),
        );
      }, '13-reconcile'),
      ['tree', 'private-values'],
      1,
    ],
    [
      'a wrong password for the sign-in',
      { options: { signIn: { login: 'admin', password: 'not-it' } }, until: '17-sign-in' },
      ['sign-in'],
      1,
    ],
    [
      'rows quarantined that nobody waived',
      { options: { waivers: [] }, until: '11-counts' },
      ['quarantine'],
      1,
    ],
  ])('%s is caught', async (_name, planted, checks, exit) => {
    const { report, exitCode } = await rehearseWith(planted);
    expect(Object.keys(notHolding(report))).toEqual(expect.arrayContaining(checks));
    expect(exitCode).toBe(exit);
    if (exit !== 0) {
      expect(report.outcome).not.toBe('holds');
      const sentences = report.checks
        .filter(({ outcome }) => outcome !== 'holds')
        .map(({ findings, couldNotTell }) => findings[0]?.message ?? couldNotTell);
      for (const sentence of sentences) expect(sentence).toMatch(/\w+ \w+/);
    }
  });
});
