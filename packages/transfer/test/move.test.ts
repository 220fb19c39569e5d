import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CutoverError } from '@cutover/core';
import type { Clock } from '../src/send/clock.ts';
import { defaultWatchSeconds } from '../src/send/lockdown.ts';
import { scanTree } from '../src/tree/scan.ts';
import { cutAfter, type Host, host, pairWire, treeOf } from './support/pair.ts';

let at: Host;
beforeEach(() => {
  at = host();
  mkdirSync(join(at.source, 'uploads/deep'), { recursive: true });
  for (let n = 0; n < 40; n++) writeFileSync(join(at.source, `uploads/${n}`), `file ${n} `.repeat(n * 50));
  writeFileSync(join(at.source, 'large'), Buffer.alloc(9_000_000, 'large file '));
});
afterEach(() => at.remove());

const hookLog = (): string => readFileSync(join(at.dir, 'hooks'), 'utf8');
const log = (what: string): [string, ...string[]] => ['sh', '-c', `echo ${what} >> ${at.dir}/hooks`];
const hook = (name: string, change: object = {}) => ({
  name,
  lock: log(`lock-${name}`),
  unlock: log(`unlock-${name}`),
  check: ['true'],
  ...change,
});

describe('a move', () => {
  it('brings a folder over as it is, with links, modes, times, holes and names', async () => {
    symlinkSync('uploads/1', join(at.source, 'inside'));
    symlinkSync('/nowhere/at/all', join(at.source, 'outside'));
    linkSync(join(at.source, 'uploads/2'), join(at.source, 'uploads/deep/second-name'));
    execFileSync(
      'sh',
      ['-c', `printf x > "$(printf 'od\\377\\nd')"; truncate -s 20M holes; echo end >> holes`],
      {
        cwd: at.source,
      },
    );
    execFileSync('chmod', ['4750', 'uploads/3'], { cwd: at.source });
    execFileSync('chmod', ['0555', 'uploads/deep'], { cwd: at.source });
    utimesSync(join(at.source, 'uploads/4'), 12345.678901, 12345.678901);
    const sent = await at.send();
    expect(await treeOf(at.live)).toEqual(await treeOf(at.source));
    expect(sent.entries).toBe([...scanTree(at.source)].length);
    expect(statSync(join(at.live, 'holes')).blocks * 512).toBeLessThan(1_000_000);
    expect(statSync(join(at.live, 'uploads/2')).nlink).toBe(2);
    // What was verified can be held against the disk later, by others.
    const sums = join(at.staging, 'sha256sums');
    const check = (): void =>
      void execFileSync('sha256sum', ['-c', '--quiet', '--strict', sums], { cwd: at.live, stdio: 'pipe' });
    expect(readFileSync(sums, 'latin1').split('\n')).toHaveLength(
      [...scanTree(at.source)].filter(({ type }) => type === 'f').length + 1,
    );
    check();
    writeFileSync(join(at.live, 'uploads/5'), 'other content');
    expect(check).toThrow(/1 computed checksum did NOT match/);
    expect(readdirSync(at.staging).sort()).toEqual(['generations', 'move.json', 'sha256sums']);
    const status = JSON.parse(
      readFileSync(join(at.dir, 'state/runs', sent.runId, 'status.json'), 'utf8'),
    ) as Record<string, unknown>;
    expect(status).toMatchObject({ plan: 'transfer', status: 'done', phase: 'done', percent: 100 });
  });

  it('sends only what changed in the passes after the first, and takes away what went', async () => {
    let changed = false;
    const sent = await at.send({
      passes: 2,
      onStatus: ({ pass }) => {
        if (pass !== 2 || changed) return;
        changed = true;
        appendFileSync(join(at.source, 'uploads/7'), 'more');
        writeFileSync(join(at.source, 'new'), 'new');
        execFileSync('rm', ['-r', 'uploads/9', 'uploads/deep'], { cwd: at.source });
        symlinkSync('/etc', join(at.source, 'uploads/deep'));
        execFileSync('chmod', ['600', 'large'], { cwd: at.source });
      },
    });
    expect(changed).toBe(true);
    expect(sent.sentFiles).toBe(41 + 2);
    expect(sent.sentBytes).toBeLessThan(9_000_000 + 1_000_000);
    expect(await treeOf(at.live)).toEqual(await treeOf(at.source));
  });

  it('replaces a folder only where that was said, and keeps what was there', async () => {
    mkdirSync(at.live);
    writeFileSync(join(at.live, 'old'), 'old');
    await expect(at.send()).rejects.toMatchObject({ code: 'target-exists', exitCode: 3 });
    const sent = await at.send({ replace: true });
    expect(readFileSync(join(sent.replaced!, 'old'), 'utf8')).toBe('old');
    expect(existsSync(join(at.live, 'old'))).toBe(false);
    writeFileSync(join(at.source, 'next'), '');
    await at.send({ replace: true, generations: 1 });
    expect(readdirSync(join(at.staging, 'generations'))).toHaveLength(1);
    await at.send({ replace: true, generations: 0, afterwards: 'archive' });
    expect(readdirSync(join(at.staging, 'generations'))).toHaveLength(0);
    expect(existsSync(at.source)).toBe(false);
  });

  it('refuses a special file before anything is sent', async () => {
    execFileSync('mkfifo', [join(at.source, 'pipe')]);
    await expect(at.send()).rejects.toMatchObject({ code: 'special-file', exitCode: 3 });
    // Nor does it hold the name for a move that was not begun.
    expect(readdirSync(at.staging)).toEqual([]);
  });

  it('runs the destination’s own program before the tree goes live, and nothing goes live where that fails', async () => {
    const program = join(at.dir, 'setup');
    writeFileSync(
      program,
      '#!/bin/sh\necho "$CUTOVER_SITE" > configured; rm large; echo x > uploads/7; touch stray; exit 1\n',
      { mode: 0o755 },
    );
    const openWire = pairWire({ root: at.root, postSetup: program });
    await expect(at.send({ openWire })).rejects.toMatchObject({ code: 'post-setup-failed' });
    expect(existsSync(at.live)).toBe(false);
    writeFileSync(program, '#!/bin/sh\necho "$CUTOVER_SITE" > configured\n', { mode: 0o755 });
    const sent = await at.send({ openWire });
    expect(sent.sentFiles).toBe(2);
    expect(existsSync(join(at.live, 'stray'))).toBe(false);
    expect(readFileSync(join(at.live, 'configured'), 'utf8')).toBe('shop\n');
  });
});

describe('content that is harmed on the way', () => {
  /** Flips a bit in each stretch of the large file's text for so many chunks. */
  const harm = (times: { left: number }) => () =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const found = times.left > 0 ? chunk.indexOf('large file large file') : -1;
        if (found >= 0) {
          times.left--;
          chunk[found] = chunk[found]! ^ 1;
        }
        done(null, chunk);
      },
    });

  it('is seen, and asked for again', async () => {
    const sent = await at.send({ openWire: pairWire({ root: at.root }, harm({ left: 1 })) });
    expect(await treeOf(at.live)).toEqual(await treeOf(at.source));
    expect(sent.sentBytes).toBeGreaterThan(18_000_000);
  });

  it('every time: the move is given up and nothing goes live', async () => {
    const openWire = pairWire({ root: at.root }, harm({ left: Infinity }));
    await expect(at.send({ openWire })).rejects.toMatchObject({ code: 'content-damaged', exitCode: 1 });
    expect(existsSync(at.live)).toBe(false);
  });

  it('on the disk of the destination: verification names it, and the same move mends it', async () => {
    let harmed = false;
    const plant = ({ doing }: { doing: string }): void => {
      if (doing !== 'verifying every file' || harmed) return;
      harmed = true;
      const file = join(at.staging, 'tree/uploads/11');
      const was = statSync(file);
      writeFileSync(file, readFileSync(file, 'utf8').replace('file 11', 'fi1e 11'));
      utimesSync(file, was.atimeMs / 1000, was.mtimeMs / 1000);
      writeFileSync(join(at.staging, 'tree/stray'), '');
    };
    const failed: unknown = await at.send({ onStatus: plant }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'verification-failed', exitCode: 1 });
    expect(String(failed)).toMatch(/stray is not at the source; uploads\/11/);
    expect(existsSync(at.live)).toBe(false);
    execFileSync('rm', [join(at.staging, 'tree/stray')]);
    const sent = await at.send();
    expect(sent.resumed).toBe(true);
    expect(sent.sentFiles).toBe(1);
    expect(await treeOf(at.live)).toEqual(await treeOf(at.source));
  });
});

describe('a connection that is cut', () => {
  it('goes on inside a large file', async () => {
    await expect(
      at.send({ openWire: pairWire({ root: at.root }, cutAfter(5_000_000)) }),
    ).rejects.toMatchObject({
      code: 'link-lost',
    });
    expect(readdirSync(join(at.staging, 'partial'))).toHaveLength(2);
    const sent = await at.send();
    expect(sent.resumed).toBe(true);
    expect(sent.sentBytes).toBeLessThan(6_000_000);
    expect(await treeOf(at.live)).toEqual(await treeOf(at.source));
  });

  it('does not take another version of the file for its beginning', async () => {
    await expect(at.send({ openWire: pairWire({ root: at.root }, cutAfter(5_000_000)) })).rejects.toThrow();
    writeFileSync(join(at.source, 'large'), Buffer.alloc(9_000_000, 'other text '));
    await at.send();
    expect(await treeOf(at.live)).toEqual(await treeOf(at.source));
  });
});

describe('the lockdown', () => {
  it('is made in order, watched, and left in place when the destination is live', async () => {
    await at.send({ hooks: [hook('cron'), hook('site', { check: log('check-site') })], watchMs: 10 });
    expect(
      hookLog()
        .split('\n')
        .filter((line) => !line.startsWith('check')),
    ).toEqual(['lock-cron', 'lock-site', '']);
    expect(hookLog().match(/check-site/g)!.length).toBeGreaterThanOrEqual(4);
  });

  it('is undone in the opposite order where a hook fails', async () => {
    const hooks = [
      hook('cron'),
      hook('site'),
      hook('database', { lock: ['sh', '-c', 'echo no such unit >&2; exit 5'] }),
    ];
    await expect(at.send({ hooks })).rejects.toMatchObject({
      code: 'lockdown-failed',
      message: /no such unit/,
    });
    expect(hookLog()).toBe('lock-cron\nlock-site\nunlock-database\nunlock-site\nunlock-cron\n');
  });

  /** A service that is there again at that time of the watch; what the clock says in the end. */
  async function watched(thawedAtMs: number): Promise<{ code: string | undefined; atMs: number }> {
    const thawed = join(at.dir, 'thawed');
    let atMs = 0;
    const clock: Clock = {
      now: () => atMs,
      sleep: (ms) => {
        atMs += ms;
        if (atMs >= thawedAtMs) writeFileSync(thawed, '');
        return Promise.resolve();
      },
    };
    const hooks = [hook('site', { check: ['test', '!', '-e', thawed] })];
    const watchMs = defaultWatchSeconds * 1000;
    const ended = await at.send({ hooks, watchMs, clock, passes: 0 }).then(
      () => undefined,
      ({ code }: CutoverError) => code,
    );
    return { code: ended, atMs };
  }

  it('is watched for longer than a watchdog takes: what comes back after 150 s is seen, and undone', async () => {
    const { code, atMs } = await watched(150_000);
    expect(code).toBe('lockdown-broken');
    expect(atMs).toBeGreaterThanOrEqual(150_000);
    expect(atMs).toBeLessThan(160_000);
    expect(hookLog()).toBe('lock-site\nunlock-site\n');
    expect(existsSync(at.live)).toBe(false);
  });

  it('is watched until the end of that time where nothing comes back', async () => {
    const { code, atMs } = await watched(Infinity);
    expect(code).toBe(undefined);
    expect(atMs).toBeGreaterThanOrEqual(155_000);
  });

  it('that somebody thaws after the watch is seen before the last pass', async () => {
    const thawed = join(at.dir, 'thawed');
    const hooks = [hook('site', { check: ['test', '!', '-e', thawed] })];
    const seen: string[] = [];
    const onStatus = ({ doing }: { doing: string }): void => {
      seen.push(doing);
      if (doing === 'looking for room once more' && existsSync(join(at.dir, 'hooks')))
        writeFileSync(thawed, '');
    };
    await expect(at.send({ hooks, watchMs: 10, onStatus })).rejects.toMatchObject({
      code: 'lockdown-broken',
      exitCode: 1,
    });
    expect(seen.filter((doing) => doing.startsWith('watching'))).not.toEqual([]);
    expect(seen).not.toContain('last pass');
    expect(hookLog()).toBe('lock-site\nunlock-site\n');
  });

  it('is taken away on request once the destination has it', async () => {
    await at.send({ hooks: [hook('a'), hook('b')], afterwards: 'unlock' });
    expect(hookLog()).toBe('lock-a\nlock-b\nunlock-b\nunlock-a\n');
  });

  it('that does not keep everybody from writing fails the move', async () => {
    const openWire = pairWire({ root: at.root });
    const write = ({ doing }: { doing: string }): void => {
      if (doing === 'verifying every file') truncateSync(join(at.source, 'large'), 8_999_999);
    };
    await expect(at.send({ openWire, hooks: [hook('site')], onStatus: write })).rejects.toMatchObject({
      code: 'verification-failed',
    });
    expect(hookLog()).toBe('lock-site\nunlock-site\n');
  });
});

describe('a disk that is full', () => {
  const mount = (...args: string[]): void => void execFileSync('mount', args, { stdio: 'ignore' });
  const mayMount = (): boolean => {
    try {
      mount('-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', at.root);
      return true;
    } catch {
      return false;
    }
  };

  it('half-way keeps what has come, unlocks the source, and the same move goes on [needs mount]', async (context) => {
    if (!mayMount()) return context.skip('a small file system cannot be mounted here');
    try {
      // Measured as small, it grows once the first pass is on.
      execFileSync('mv', [join(at.source, 'large'), at.dir]);
      let grown = false;
      const grow = ({ pass }: { pass: number }): void => {
        if (pass === 2 && !grown) execFileSync('mv', [join(at.dir, 'large'), at.source]);
        grown ||= pass === 2;
      };
      await expect(at.send({ hooks: [hook('site')], onStatus: grow })).rejects.toMatchObject({
        code: 'disk-full',
        exitCode: 7,
      });
      expect(existsSync(at.live)).toBe(false);
      expect(readdirSync(join(at.staging, 'tree/uploads'))).toHaveLength(41);
      await expect(at.send()).rejects.toMatchObject({ code: 'no-room', exitCode: 3 });
      mount('-o', 'remount,size=40m', at.root);
      expect((await at.send({ hooks: [hook('site')] })).sentFiles).toBe(1);
      expect(await treeOf(at.live)).toEqual(await treeOf(at.source));
    } finally {
      execFileSync('umount', [at.root]);
    }
  });

  it.for([
    ['before a pass while the source runs', false],
    ['before the last pass, when the source is locked', true],
  ] as const)(
    'by others is seen %s, and the same move goes on [needs mount]',
    async ([, byLock], context) => {
      if (!mayMount()) return context.skip('a small file system cannot be mounted here');
      try {
        execFileSync('rm', [join(at.source, 'large')]);
        const filler = join(at.root, 'others');
        const fill = [
          'sh',
          '-c',
          `head -c 4M /dev/zero > ${filler}; head -c 3M /dev/zero > ${at.source}/new`,
        ];
        const passes: string[] = [];
        let filled = byLock;
        const onStatus = ({ doing }: { doing: string }): void => {
          if (/^(last )?pass /.test(`${doing} `) && passes.at(-1) !== doing) passes.push(doing);
          const looks = doing === 'looking for room once more';
          if (looks && !filled) execFileSync(fill[0]!, fill.slice(1));
          filled ||= looks;
        };
        const hooks = [hook('site', byLock ? { lock: fill } : {})];
        const failed = at.send({ hooks, onStatus, passes: byLock ? 1 : 2 });
        await expect(failed).rejects.toMatchObject({
          code: 'no-room',
          exitCode: 7,
          message: /before the next pass: the destination has .* bytes free/,
        });
        expect(passes).toEqual(['pass 1 while the source runs']);
        expect(existsSync(join(at.dir, 'hooks'))).toBe(byLock);
        if (byLock) expect(hookLog()).toBe('unlock-site\n');
        execFileSync('rm', [filler]);
        expect((await at.send()).resumed).toBe(true);
        expect(await treeOf(at.live)).toEqual(await treeOf(at.source));
      } finally {
        execFileSync('umount', [at.root]);
      }
    },
  );

  it('of old and new at once is not: a large file that changed takes the place of the old one [needs mount]', async (context) => {
    if (!mayMount()) return context.skip('a small file system cannot be mounted here');
    try {
      mount('-o', 'remount,size=14m', at.root);
      let changed = false;
      const onStatus = ({ pass }: { pass: number }): void => {
        if (pass === 2 && !changed)
          writeFileSync(join(at.source, 'large'), Buffer.alloc(9_000_000, 'other '));
        changed ||= pass === 2;
      };
      await at.send({ onStatus });
      expect(changed).toBe(true);
      expect(await treeOf(at.live)).toEqual(await treeOf(at.source));
    } finally {
      execFileSync('umount', [at.root]);
    }
  });

  it.for([
    ['the site', (root: string): string => join(root, 'shop')],
    ['what is received', (root: string): string => join(root, '.cutover-transfer')],
  ] as const)(
    'another file system for %s is refused before anything is sent [needs mount]',
    async ([, of], context) => {
      if (!mayMount()) return context.skip('a small file system cannot be mounted here');
      execFileSync('umount', [at.root]);
      const other = of(at.root);
      mkdirSync(other);
      mount('-t', 'tmpfs', 'tmpfs', other);
      try {
        await expect(at.send({ replace: true })).rejects.toMatchObject({
          code: 'other-file-system',
          exitCode: 3,
        });
      } finally {
        execFileSync('umount', [other]);
      }
    },
  );
});
