import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, type MariaDb, startMariaDb } from '../src/index.ts';

describeWith('mariadb', 'a private MariaDB', () => {
  let server: MariaDb;
  beforeAll(async () => {
    server = await startMariaDb();
  });
  afterAll(() => server.stop());

  it('answers, makes databases and dumps them', async () => {
    const database = await server.createDatabase();
    await server.sql('CREATE TABLE t (a int); INSERT INTO t VALUES (7);', { database });
    expect(await server.sql('SELECT a FROM t', { database })).toBe('7\n');
    expect((await server.dump([database])).toString()).toContain('INSERT INTO `t` VALUES');
    await expect(server.sql('SELEC')).rejects.toThrow(/syntax/);
  });
});
