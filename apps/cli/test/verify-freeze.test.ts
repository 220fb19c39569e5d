import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '@cutover/core';
import { describeWith, type MariaDb, scratchDir, startMariaDb } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cutover } from './run.ts';

describeWith('mariadb', 'cutover verify freeze', () => {
  let db: MariaDb;
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let database: string;

  beforeAll(async () => {
    scratch = await scratchDir();
    db = await startMariaDb({ serverArgs: ['--log-bin=mysql-bin', '--server-id=1'] });
    database = await db.createDatabase();
    await db.sql(
      `CREATE TABLE a (id int); CREATE USER reader@'%' IDENTIFIED BY 's3cret-reader'; CREATE USER app@'%' IDENTIFIED BY 's3cret-app'; GRANT BINLOG MONITOR ON *.* TO reader@'%'; GRANT SELECT ON ${database}.* TO reader@'%'; GRANT ALL ON ${database}.* TO app@'%'`,
      { database },
    );
  });
  afterAll(async () => {
    await db?.stop();
    await scratch.remove();
  });

  const at = (name: string): string => join(scratch.dir, name);
  const url = (user: string): string => `mysql://${user}@127.0.0.1:${db.port}/${database}?tls=off`;
  async function verify(...args: string[]): Promise<{ code: number | null; report: Report; all: string }> {
    const { code, stdout, stderr } = await cutover(
      [
        ...['verify', 'freeze', '--json', '--source', url('reader'), '--application-source', url('app')],
        ...['--window', '1', '--interval', '1', ...args],
      ],
      {
        cwd: scratch.dir,
        env: { CUTOVER_SOURCE_PASSWORD: 's3cret-reader', CUTOVER_APPLICATION_PASSWORD: 's3cret-app' },
      },
    );
    return { code, report: JSON.parse(stdout) as Report, all: stdout + stderr };
  }

  it('fails before the freeze, and says what it could not see after it; no password anywhere', async () => {
    const before = await verify('--proof', at('proof.json'));
    expect([before.code, existsSync(at('proof.json'))]).toEqual([1, false]);
    await db.sql('SET GLOBAL read_only = 1');
    const after = await verify();
    expect(after.code).toBe(4);
    const open = after.report.checks.filter(({ outcome }) => outcome !== 'holds').map(({ id }) => id);
    expect(open).toEqual(['freeze-canary-application']);
    expect(before.all + after.all).not.toContain('s3cret');
  });

  it('refuses a proof that is none, and an unreadable option', async () => {
    writeFileSync(at('bad.json'), '{"database":"other"}');
    expect((await verify('--since', at('bad.json'))).code).toBe(64);
    const { code, stderr } = await cutover([
      'verify',
      'freeze',
      '--source',
      url('x'),
      '--canary-refused',
      'no',
    ]);
    expect([code, stderr]).toEqual([64, expect.stringContaining('statuses')]);
  });
});
