import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@cutover/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hosts, type NodeHost } from './node-hosts.ts';
import { cutover } from './run.ts';

let all: Awaited<ReturnType<typeof hosts>>;
let [source, destination, other]: NodeHost[] = [];
let uuid = '';
/** Bytes a second that the slow node takes: a command has time to start while it does. */
const LIMIT_IN = 400_000;

beforeAll(async () => {
  all = await hosts();
  [source, destination, other] = await Promise.all([
    all.node('source', '127.0.0.1', { bytesPerSecond: 3_000_000 }),
    all.node('destination', '127.0.0.2'),
    all.node('other', '127.0.0.3', { bytesPerSecondIn: LIMIT_IN }),
  ]);
});
afterAll(() => all.remove());
beforeEach(() => {
  uuid = randomUUID();
});

function serverOn(node: NodeHost, bytes: number): void {
  mkdirSync(join(node.root, uuid));
  writeFileSync(join(node.root, uuid, 'large'), randomBytes(bytes));
}

const node = (part: string, of: NodeHost, ...more: string[]) =>
  cutover(['node', part, '--json', '--config', of.config, '--server', uuid, ...more]);
const tokenFile = async (of = destination!): Promise<string> => {
  const path = join(all.dir, `token-${randomUUID()}`);
  writeFileSync(path, await of.token(uuid), { mode: 0o600 });
  return path;
};
const documentOf = ({ stdout }: { stdout: string }): Record<string, unknown> =>
  JSON.parse(stdout) as Record<string, unknown>;

describe('an operator', () => {
  it('sends a server, is told that it is there, and archives what is left behind', async () => {
    serverOn(source!, 200_000);
    const sent = await node('send', source!, '--to', destination!.url, '--token-file', await tokenFile());
    expect(sent.code).toBe(0);
    expect(documentOf(sent)).toMatchObject({ command: 'node send', state: 'transfer_completed' });
    const shown = await cutover(['node', 'status', '--config', destination!.config]);
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(/bytes free/) as string });
    expect(shown.stdout).toContain(`${uuid}  destination · ready`);
    const tried = await node('archive', source!);
    expect(documentOf(tried)).toMatchObject({ dryRun: true });
    expect(existsSync(join(source!.root, uuid))).toBe(true);
    expect(documentOf(await node('archive', source!, '--yes'))).toMatchObject({
      archived: expect.stringContaining(uuid) as string,
    });
    expect(existsSync(join(source!.root, uuid))).toBe(false);
  });

  it('cancels, sees why it failed with exit 1, cleans up, and tries again', async () => {
    serverOn(source!, 12_000_000);
    const file = await tokenFile();
    const going = node('send', source!, '--to', destination!.url, '--token-file', file);
    await until('bytes', async () => Number((await destination!.record(uuid))['bytesDone']) > 0, 15_000);
    expect((await node('cancel', destination!)).code).toBe(0);
    expect((await going).code).toBe(1);
    const status = await node('status', source!);
    expect(status.code).toBe(1);
    expect(documentOf(status)).toMatchObject({ state: 'transfer_failed', reason: { code: 'cancelled' } });
    const again = await node('retry', source!, '--token-file', await tokenFile());
    expect(again.code).toBe(1);
    expect(documentOf(again)).toMatchObject({ reason: { code: 'unsafe-partial' } });
    await node('clean-up', destination!);
    expect((await destination!.record(uuid))['unsafe']).toBe(true);
    await node('clean-up', destination!, '--yes');
    expect((await destination!.record(uuid))['unsafe']).toBe(false);
    writeFileSync(join(source!.root, uuid, 'large'), 'short');
    expect((await node('retry', source!, '--token-file', await tokenFile())).code).toBe(0);
    // Refused, nothing changed: it has been moved.
    expect(await node('discard', source!, '--yes')).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/no such move/) as string,
    });
  });

  it('takes no more in a second than it is to, and what was cancelled is tried again at another node', async () => {
    serverOn(source!, 4_000_000);
    const token = await tokenFile(other);
    const begun = performance.now();
    const going = node('send', source!, '--to', other!.url, '--token-file', token);
    await until('bytes', async () => Number((await other!.record(uuid))['bytesDone']) > 0, 15_000);
    await node('cancel', source!);
    expect((await going).code).toBe(1);
    // Random bytes do not compress: what arrived is the limit's, whatever the machine.
    const seconds = (performance.now() - begun) / 1000;
    expect(Number((await other!.record(uuid))['bytesDone'])).toBeLessThan(LIMIT_IN * (seconds + 1));
    const again = await node('retry', source!, '--to', destination!.url, '--token-file', await tokenFile());
    expect([again.code, documentOf(again)]).toMatchObject([0, { state: 'transfer_completed' }]);
    expect(await destination!.record(uuid)).toMatchObject({ role: 'destination', state: 'ready' });
    const [there, here] = [destination!, source!].map(({ root }) => readFileSync(join(root, uuid, 'large')));
    expect(there!.equals(here!)).toBe(true);
    expect(existsSync(join(other!.root, uuid))).toBe(false);
  });

  it('is told what is wrong with what was given, by its exit code', async () => {
    const bad = join(all.dir, 'bad-token');
    writeFileSync(bad, 'secret words');
    const refused = await node('send', source!, '--to', destination!.url, '--token-file', bad);
    expect(refused.code).toBe(64);
    expect(refused.stderr + refused.stdout).not.toContain('secret words');
    expect((await node('send', source!, '--to', 'http://plain', '--token-file', bad)).code).toBe(64);
    expect((await cutover(['node', 'cancel', '--config', source!.config, '--server', 'x'])).code).toBe(64);
    expect((await node('cancel', source!)).code).toBe(3);
    await destination!.kill();
    expect((await node('status', destination!)).code).toBe(4);
    await destination!.start();
    writeFileSync(join(destination!.config, '../token'), 'another key, which is long enough to be one');
    expect((await node('status', destination!)).code).toBe(2);
  });
});
