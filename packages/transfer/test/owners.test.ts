import { chownSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkMove } from '../src/send/check-move.ts';
import { ownersLost } from '../src/send/owners.ts';
import { type Host, host, pairWire } from './support/pair.ts';

// Other files of this worker have loaded the modules as they are, and get them back.
vi.hoisted(() => vi.resetModules());
afterAll(() => void vi.resetModules());

// The receiver is one that is not root: it gives no file to others, and holds no owner against another.
vi.mock('../src/tree/write.ts', async (actual) => ({
  ...(await actual<object>()),
  keepsOwners: () => false,
}));

let at: Host;
beforeEach(() => {
  at = host();
  mkdirSync(join(at.source, 'uploads'));
  writeFileSync(join(at.source, 'uploads/1'), 'one');
});
afterEach(() => at.remove());

const mayChown = process.geteuid?.() === 0;

describe('owners, where the destination’s user is not root', () => {
  it.runIf(mayChown)('of several owners stop a move before anything is sent [needs root]', async () => {
    chownSync(join(at.source, 'uploads/1'), 33, 33);
    await expect(at.send()).rejects.toMatchObject({
      code: 'owners-not-kept',
      exitCode: 3,
      message: /files of users 0, 33 and groups 0, 33/,
    });
    expect(existsSync(join(at.staging, 'tree'))).toBe(false);
    const { checks } = await checkMove({
      ...{ from: at.source, to: 'pair', site: 'shop', openWire: pairWire({ root: at.root }) },
      ...{ stateDir: join(at.dir, 'state'), version: '0', replace: false },
    });
    expect(checks.filter(({ outcome }) => outcome !== 'holds').map(({ id }) => id)).toEqual(['owners-kept']);
    const notes: string[] = [];
    await at.send({ owners: false, onNote: (text) => notes.push(text) });
    expect(notes.join()).toMatch(/owners are not kept/);
    expect(statSync(join(at.live, 'uploads/1')).uid).toBe(0);
  });

  it('of one owner become that user’s, which is said', async () => {
    const notes: string[] = [];
    await at.send({ onNote: (text) => notes.push(text) });
    expect(notes.join()).toMatch(/all will be .*’s on /);
  });

  it('are named up to five', () => {
    const many = { uids: new Set([0, 1, 2, 3, 4, 5, 6]), gids: new Set([0]) };
    const lost = ownersLost(many, { keepsOwners: false, user: 'mover', host: 'new' });
    expect(lost?.said).toMatch(/users 0, 1, 2, 3, 4 and 2 more and groups 0,/);
  });
});
