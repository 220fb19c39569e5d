import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '@cutover/core';
import { git } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutover, type Ran } from './run.ts';

const second = fileURLToPath(new URL('../../../scripts/wordpress', import.meta.url));
const profile = ['--profile', join(second, 'src/profile.ts')];

/** What a site of many authors looks like: the sample has too few of anything to be kept. */
function dumpOfMany(people: number): string {
  const sample = readFileSync(join(second, 'sample/wordpress.sql'), 'utf8');
  const rows = Array.from({ length: people }, (_, n) => 1000 + n);
  const users = rows.map(
    (id) =>
      `(${id},'maker${id}','$P$B${'.'.repeat(30)}','maker-${id}','maker${id}@mail.example','','2019-03-0${(id % 9) + 1} 10:00:00','',0,'Marisol Quintero${id}',0,0)`,
  );
  const posts = rows.map(
    (id) =>
      `(${id},${id},'2021-05-11 08:${10 + (id % 50)}:00','2021-05-11 08:${10 + (id % 50)}:00','Yesterday’s sailing lesson number ${id} went splendidly, thanks to maker-${id}.','Lesson ${id} report','','publish','open','open','','lesson-${id}-report','','','2021-05-12 08:00:00','2021-05-12 08:00:00','',0,'',0,'post','',0)`,
  );
  const insert = (table: string, columns: string, values: readonly string[]) =>
    `INSERT INTO \`${table}\` (${columns}) VALUES ${values.join(',\n')};\n`;
  const more = [
    insert(
      'wp_users',
      'ID,user_login,user_pass,user_nicename,user_email,user_url,user_registered,user_activation_key,user_status,display_name,spam,deleted',
      users,
    ),
    insert(
      'wp_posts',
      'ID,post_author,post_date,post_date_gmt,post_content,post_title,post_excerpt,post_status,comment_status,ping_status,post_password,post_name,to_ping,pinged,post_modified,post_modified_gmt,post_content_filtered,post_parent,guid,menu_order,post_type,post_mime_type,comment_count',
      posts,
    ),
  ];
  return sample.replace(/^-- Dump completed/m, `${more.join('')}-- Dump completed`);
}

describe('a snapshot of the second profile’s site', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  const env = {
    CUTOVER_SNAPSHOT_KEY: '5e0b'.repeat(3) + '77c2f19a3d8846e1b02f5dc49a7e6318fd204bb95a61c8e3074d',
  };
  const at = (name: string): string => join(scratch.dir, name);
  const run = (args: readonly string[], input?: string): Promise<Ran> =>
    cutover([...args, ...profile], {
      cwd: scratch.dir,
      env,
      ...(input === undefined ? {} : { input }),
    });
  const original = (): string[] => ['--public', at('public.git'), '--private', at('private')];
  const snapshot = (): string[] => ['--branch', 'legacy-import', '--snapshot', at('snapshot.git')];

  beforeAll(async () => {
    scratch = await scratchDir();
    const imported = await run(['import', '--json', '--dump', '-', ...original()], dumpOfMany(120));
    const { outcome, details } = JSON.parse(imported.stdout) as Report;
    // The sample has rows that are quarantined on purpose.
    expect([outcome, details['records']]).toEqual(['fails', expect.any(Number)]);
    const scrubbed = await run([
      'snapshot',
      'scrub',
      '--json',
      '--test-logins',
      ...original(),
      ...snapshot(),
    ]);
    expect([scrubbed.code, JSON.parse(scrubbed.stdout)]).toMatchObject([
      0,
      { records: { authors: 129, posts: 135, sites: 8 }, canaries: 5, testLogins: 1 },
    ]);
  });
  afterAll(() => scratch.remove());

  const verify = async (): Promise<{ code: number | null; report: Report }> => {
    const ran = await run(['snapshot', 'verify', '--json', ...original(), ...snapshot()]);
    return { code: ran.code, report: JSON.parse(ran.stdout) as Report };
  };

  it('withstands every attack, and the new system boots on it', async () => {
    const { code, report } = await verify();
    expect([code, Object.fromEntries(report.checks.map(({ id, outcome }) => [id, outcome]))]).toEqual([
      0,
      {
        'snapshot-commit': 'holds',
        'snapshot-values': 'holds',
        'snapshot-fields': 'holds',
        'snapshot-links': 'holds',
        'snapshot-canaries': 'holds',
        'snapshot-secrets': 'holds',
        'snapshot-boot': 'holds',
        'snapshot-totals': 'holds',
      },
    ]);
    const texts = await git(at('snapshot.git'), ['grep', '-h', '^body', 'snapshot']);
    expect(texts.trim().split('\n').length).toBeGreaterThan(100);
  });

  it('fails where a name, a private login or a permalink of the original is left in it', async () => {
    const leaks = ['Marisol Quintero1042', 'maker1007', 'lesson-1099-report'];
    for (const leak of leaks)
      await git(at('snapshot.git'), ['hash-object', '-w', '--stdin'], { input: `see ${leak}\n` });
    const { code, report } = await verify();
    const { outcome, findings } = report.checks.find(({ id }) => id === 'snapshot-values')!;
    expect([code, outcome]).toEqual([1, 'fails']);
    const found = findings.map(({ message }) => / has a value of ([\w.-]+)$/.exec(message)?.[1]).sort();
    expect(found).toEqual(['authors.displayName', 'posts.name', 'profiles.login']);
  });
});
