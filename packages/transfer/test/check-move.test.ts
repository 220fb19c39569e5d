import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '@cutover/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReceiveOptions } from '../src/receive/receive.ts';
import { checkMove, type CheckOptions } from '../src/send/check-move.ts';
import { type Host, host, pairWire } from './support/pair.ts';

let at: Host;
beforeEach(() => {
  at = host();
  mkdirSync(join(at.source, 'uploads'));
  for (let n = 0; n < 10; n++) writeFileSync(join(at.source, `uploads/${n}`), 'x'.repeat(100_000));
});
afterEach(() => at.remove());

async function checked(
  change: Partial<CheckOptions> = {},
  receive: Partial<ReceiveOptions> = {},
): Promise<{ open: Record<string, string>; checks: readonly Check[] }> {
  const { checks } = await checkMove({
    from: at.source,
    to: 'pair',
    site: 'shop',
    openWire: pairWire({ root: at.root, ...receive }),
    stateDir: join(at.dir, 'state'),
    version: '0',
    replace: false,
    ...change,
  });
  const open = checks
    .filter(({ outcome }) => outcome !== 'holds')
    .map(({ id, findings, couldNotTell }) => [id, findings[0]?.code ?? couldNotTell ?? '']);
  return { open: Object.fromEntries(open) as Record<string, string>, checks };
}

const hook = (name: string, check: [string, ...string[]], lock: [string] = ['false']) => ({
  name,
  lock,
  unlock: ['false'],
  check,
});

describe('the preflight alone', () => {
  it('holds where nothing is in the way, and leaves nothing at either end', async () => {
    const { open, checks } = await checked({ hooks: [hook('a', ['false']), hook('b', ['true'])] });
    expect(open).toEqual({});
    expect(readdirSync(at.root)).toEqual([]);
    expect(existsSync(join(at.dir, 'state'))).toBe(false);
    const hooks = checks.find(({ id }) => id === 'lockdown-hooks');
    expect(hooks?.actual).toBe('locked by b');
  });

  it.each<[string, () => Partial<CheckOptions>, Partial<ReceiveOptions>, Record<string, string>]>([
    ['a folder of that name', () => (mkdirSync(at.live), {}), {}, { 'destination-target': 'target-exists' }],
    ['a folder of that name that may be replaced', () => (mkdirSync(at.live), { replace: true }), {}, {}],
    ['more than the destination takes', () => ({}), { maxBytes: 1000 }, { 'destination-limits': 'too-much' }],
    [
      'a special file',
      () => (execFileSync('mkfifo', [join(at.source, 'pipe')]), {}),
      {},
      {
        'source-readable': 'special-file',
        'destination-writable': 'the source could not be measured',
        'destination-target': 'the source could not be measured',
        'destination-room': 'the source could not be measured',
        'destination-limits': 'the source could not be measured',
        'owners-kept': 'the source could not be measured',
      },
    ],
    [
      'a folder at the destination that is not there',
      () => ({}),
      { root: '/nonexistent' },
      {
        'destination-writable': 'destination-not-writable',
        'destination-target': 'the destination’s folder cannot be used',
        'destination-room': 'the destination’s folder cannot be used',
        'destination-limits': 'the destination’s folder cannot be used',
      },
    ],
    [
      'a hook whose program is not there',
      () => ({ hooks: [hook('a', ['true'], ['/no/such/program'])] }),
      {},
      { 'lockdown-hooks': 'hook-missing' },
    ],
  ])('finds %s', async (_, plant, receive, expected) => {
    const change = plant();
    expect((await checked(change, receive)).open).toEqual(expected);
  });

  it('finds a disk that is too small, and stream files’ [needs mount]', async (context) => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', at.root], { stdio: 'ignore' });
    } catch {
      return context.skip('a small file system cannot be mounted here');
    }
    try {
      expect((await checked()).open).toEqual({ 'destination-room': 'no-room' });
      const { open } = await checked({ spoolDir: join(at.root, 'deep/spool') });
      expect(open).toEqual({ 'destination-room': 'no-room', 'spool-room': 'spool-full' });
      expect(readdirSync(at.root)).toEqual([]);
    } finally {
      execFileSync('umount', [at.root]);
    }
  });

  it('finds another move at work, at either end', async () => {
    let open: Record<string, string> | undefined;
    const looks: Promise<void>[] = [];
    const onStatus = ({ doing }: { doing: string }): void => {
      if (doing === 'pass 1 while the source runs' && looks.length === 0)
        looks.push(checked({ to: 'elsewhere' }).then((seen) => void (open = seen.open)));
    };
    await at.send({ onStatus });
    await Promise.all(looks);
    expect(open).toMatchObject({ 'source-free': 'move-held', 'destination-target': 'other-move' });
  });
});
