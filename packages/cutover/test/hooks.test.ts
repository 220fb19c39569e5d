import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { CutoverError } from '@cutover/core';
import { freePort, scratchDir, startBind } from '@cutover/testkit';
import { Resolver } from 'node:dns/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Hooks } from '../src/hooks/hooks.ts';
import { parseRunFile } from '../src/site/run-file.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeEach(async () => {
  scratch = await scratchDir('cutover-hooks-');
});
afterEach(() => scratch.remove());

function hooksOf(hook: unknown, more: Record<string, unknown> = {}, mode = 'real'): Hooks {
  const raw = { name: 'site', environment: 'test', hooks: { flip: hook }, ...more };
  return new Hooks({
    file: parseRunFile(raw, join(scratch.dir, 'cutover.toml')),
    runDir: join(scratch.dir, 'run'),
    runId: 'r1',
    mode,
    publicDir: '/srv/public.git',
    privateUrl: '/srv/private',
    environment: { ...process.env, TOKEN: 'very-secret', OTHER: 'not for it' },
  });
}

const doing = (hooks: Hooks) => hooks.effect('flip', '19-flip', 'do', 7);
const undoing = (hooks: Hooks) => hooks.effect('flip', '19-flip', 'undo', 7);
const failure = (work: Promise<unknown>): Promise<CutoverError> =>
  work.then(
    () => expect.unreachable(),
    (error: unknown) => error as CutoverError,
  );

/** An executable of the site's own. */
function program(lines: string): string {
  const path = join(scratch.dir, 'hook');
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
  return './hook';
}

describe('an executable', () => {
  it('is run in the folder of the run file with what is documented, and nothing else', async () => {
    const hooks = hooksOf({ command: [program('env | sort >seen; pwd; echo "$TOKEN"')], env: ['TOKEN'] });
    const done = await doing(hooks).do();
    expect(done).toMatchObject({ dry: false, said: `${scratch.dir}\n[secret]` });
    const seen = readFileSync(join(scratch.dir, 'seen'), 'utf8');
    for (const line of [
      'CUTOVER_PHASE=do',
      'CUTOVER_STEP=19-flip',
      'CUTOVER_FENCE=7',
      'CUTOVER_RUN_ID=r1',
      'CUTOVER_PUBLIC=/srv/public.git',
      'CUTOVER_PRIVATE=/srv/private',
    ])
      expect(seen).toContain(`${line}\n`);
    expect(seen).not.toContain('OTHER');
    const log = readFileSync(join(hooks.outDir('flip'), '19-flip-do.log'), 'utf8');
    expect(log).not.toContain('very-secret');
  });

  it('says by 75 that nothing was done, and by anything else that it is not known', async () => {
    const tried = await failure(doing(hooksOf({ command: [program('exit 75')] })).do());
    expect([tried.code, tried.data['nothingDone']]).toEqual(['hook-failed', true]);
    const failed = await failure(doing(hooksOf({ command: [program('echo why >&2; exit 3')] })).do());
    expect([failed.data['nothingDone'], failed.message]).toEqual([false, expect.stringContaining('3: why')]);
    const absent = await failure(doing(hooksOf({ command: ['./none'] })).do());
    expect(absent.message).toContain('could not be run');
  });

  it('is ended with what it started when its time is over', async () => {
    const lines = '(sleep 3; touch late) & sleep 20';
    const ended = await failure(doing(hooksOf({ command: [program(lines)], timeout: '300ms' })).do());
    expect(ended.message).toContain('did not end in its time');
    await new Promise((resolve) => setTimeout(resolve, 3200));
    expect(existsSync(join(scratch.dir, 'late'))).toBe(false);
  });

  it('is asked what it would do in a rehearsal, and does it where the run file says so', async () => {
    const command = { command: [program('echo $CUTOVER_PHASE')] };
    expect(await doing(hooksOf(command, {}, 'rehearsal')).do()).toMatchObject({ dry: true, said: 'dry' });
    const acting = hooksOf(command, { rehearsal: { hooks: 'do' } }, 'rehearsal');
    expect(await doing(acting).do()).toMatchObject({ dry: false, said: 'do' });
  });
});

describe('a line of the shell', () => {
  it('is done, looked for and taken back', async () => {
    const hooks = hooksOf({ shell: 'touch there', undoShell: 'rm there', probeShell: 'test -f there' });
    expect(await doing(hooks).probe!()).toBeUndefined();
    await doing(hooks).do();
    expect(await doing(hooks).probe!()).toMatchObject({ result: { hook: 'flip' } });
    expect(await undoing(hooks).probe!()).toBeUndefined();
    await undoing(hooks).do();
    expect(await undoing(hooks).probe!()).toBeDefined();
  });

  it('without one for the way back says so before anything is done', async () => {
    const error = await failure(undoing(hooksOf({ shell: 'true' })).do());
    expect([error.code, error.data['nothingDone']]).toEqual(['hook-no-way-back', true]);
  });
});

describe('a call over HTTP', () => {
  it('is made with headers from the environment, and judged by its status', async () => {
    const seen: unknown[] = [];
    let status = 204;
    const server = createServer((request, response) => {
      seen.push([request.method, request.url, request.headers['authorization']]);
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/open`;
    const hooks = hooksOf({ http: { do: { url, 'headers-from-env': { authorization: 'TOKEN' } } } });
    await doing(hooks).do();
    expect(seen).toEqual([['POST', '/open', 'very-secret']]);
    status = 503;
    expect((await failure(doing(hooks).do())).data['nothingDone']).toBe(true);
    status = 500;
    const failed = await failure(doing(hooks).do());
    expect([failed.data['nothingDone'], failed.message.includes('very-secret')]).toEqual([false, false]);
    server.close();
    server.closeAllConnections();
    const nobody = hooksOf({ http: { do: { url: `http://127.0.0.1:${await freePort()}/open` } } });
    expect((await failure(doing(nobody).do())).data['nothingDone']).toBe(true);
  });
});

describe('nsupdate', () => {
  it('moves a name on a real server and back, and finds by asking which it is', async () => {
    const bind = await startBind({ zones: { 'example.test': 'www 300 IN A 127.0.0.10' }, updates: true });
    try {
      const ask = new Resolver();
      ask.setServers([bind.server]);
      const nsupdate = {
        ...{ server: bind.server, zone: 'example.test', name: 'www.example.test', ttl: 30 },
        ...{ values: ['127.0.0.20'], before: ['127.0.0.10'], 'before-ttl': 300 },
      };
      const hooks = hooksOf({ nsupdate });
      const dry = await doing(hooksOf({ nsupdate }, {}, 'rehearsal')).do();
      expect([dry.dry, await ask.resolve4('www.example.test')]).toEqual([true, ['127.0.0.10']]);
      expect(await doing(hooks).probe!()).toBeUndefined();
      await doing(hooks).do();
      expect(await ask.resolve4('www.example.test', { ttl: true })).toEqual([
        { address: '127.0.0.20', ttl: 30 },
      ]);
      expect(await doing(hooks).probe!()).toBeDefined();
      await undoing(hooks).do();
      expect(await undoing(hooks).probe!()).toBeDefined();
      expect(await ask.resolve4('www.example.test')).toEqual(['127.0.0.10']);
    } finally {
      await bind.stop();
    }
  });
});
