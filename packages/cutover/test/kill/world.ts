import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningApi, startApi } from '@cutover/api';
import { laddr } from '@cutover/laddr';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { freePort, run, scratchDir } from '@cutover/testkit';
import { keyOf } from '../../src/parts.ts';
import type { KilledPlanInput, KilledPlanSaid } from './killed-plan.ts';
import { plantedDump, plantedWaivers } from './planted-dump.ts';

const script = fileURLToPath(new URL('killed-plan.ts', import.meta.url));
/** Hooks of which nobody can tell whether they were done: after a crash a person is asked. */
export const withoutProbe: readonly string[] = ['backup', 'raise-ttl'];
const withProbe = ['prove-backup', 'lower-ttl', 'maintenance', 'freeze', 'deploy', 'flip', 'open'] as const;
const answers = {
  '06-stage-sso/staged': 'done',
  [`07-go-no-go/go-${keyOf('Ann')}`]: 'go',
  '20-switch-sso/switched': 'done',
  '20-switch-sso/undo:switched-back': 'done',
  '26-decommission/decommissioned': 'done',
};

/** What is there once a run has ended, to be compared with another's. */
export interface Outcome {
  readonly said: Pick<KilledPlanSaid, 'outcome' | 'steps' | 'open' | 'stoppedBy'>;
  /** Hooks that acted, in their order. */
  readonly effects: readonly string[];
  /** Tree and number of commits of each branch. */
  readonly branches: Readonly<Record<string, string>>;
  /** Digest of each private sheet; fields that are made at random are left out. */
  readonly privates: Readonly<Record<string, string>>;
  /** What lies in both stores that somebody began and did not end. */
  readonly left: readonly string[];
}

/** A legacy site, a new one and their stores, which outlive the process of the run; made anew for each. */
export class World {
  readonly dir: string;
  readonly effects: string[] = [];
  /** Keys of effects for which a person was asked. */
  readonly asked: string[] = [];
  readonly #there = new Set<string>();
  readonly #port: number;
  readonly #remove: () => Promise<void>;
  #api: RunningApi | undefined;
  #server = createServer();

  private constructor(dir: string, remove: () => Promise<void>, port: number) {
    this.dir = dir;
    this.#remove = remove;
    this.#port = port;
  }

  static async make(): Promise<World> {
    const { dir, remove } = await scratchDir('cutover-killed-');
    const world = new World(dir, remove, await freePort());
    mkdirSync(join(dir, 'state', 'runs'), { recursive: true });
    await openPublicStore(join(dir, 'public.git'), { create: true });
    await openPrivateStore(join(dir, 'private'), { create: true });
    writeFileSync(join(dir, 'legacy.sql'), plantedDump());
    writeFileSync(join(dir, 'waivers.toml'), plantedWaivers());
    await world.#listen();
    await world.#deploy();
    return world;
  }

  /** Undefined where it was killed. */
  go(
    what: 'run' | 'back',
    killAt?: number,
    settled: KilledPlanInput['settled'] = {},
  ): Promise<KilledPlanSaid | undefined> {
    const input: KilledPlanInput = {
      dir: this.dir,
      what,
      settled,
      answers,
      ...(killAt === undefined ? {} : { killAt }),
    };
    const args = ['--import', import.meta.resolve('tsx'), script, JSON.stringify(input)];
    return new Promise((resolve, reject) => {
      execFile(process.execPath, args, (error, stdout, stderr) => {
        if (error === null) resolve(JSON.parse(stdout) as KilledPlanSaid);
        else if (error.signal === 'SIGKILL') resolve(undefined);
        else reject(new Error(stderr));
      });
    });
  }

  /** Goes on to the end; where a person is asked what became of an effect, they look and say so. */
  async goOn(what: 'run' | 'back'): Promise<KilledPlanSaid> {
    let said = (await this.go(what))!;
    while (said.waiting?.kind === 'settle') {
      const key = said.waiting.key!;
      this.asked.push(key);
      const [hook, undone] = key.split('/').at(-1)!.split(':').reverse() as [string, string | undefined];
      const done = this.effects.includes(`${undone === undefined ? 'do' : 'undo'} ${hook}`);
      said = (await this.go(what, undefined, { [key]: done ? 'done' : 'undone' }))!;
    }
    return said;
  }

  /** Names of the moments that were gone through, in their order. */
  moments(what: 'run' | 'back'): string[] {
    return readFileSync(join(this.dir, `moments-${what}`), 'utf8')
      .trim()
      .split('\n');
  }

  async outcome(said: KilledPlanSaid): Promise<Outcome> {
    const { outcome, steps, open, stoppedBy } = said;
    const git = async (...args: string[]): Promise<string> =>
      (await run('git', ['-C', join(this.dir, 'public.git'), ...args])).stdout.trim();
    const names = (await git('for-each-ref', '--format=%(refname)')).split('\n').filter(Boolean);
    const branches: Record<string, string> = {};
    for (const name of names)
      branches[name] =
        `${await git('rev-parse', `${name}^{tree}`)} after ${await git('rev-list', '--count', name)}`;
    const store = await openPrivateStore(join(this.dir, 'private'));
    const privates: Record<string, string> = {};
    for (const { name } of laddr.target.privateSheets) {
      const digest = createHash('sha256');
      for await (const row of store.read(name)) digest.update(`${comparable(row)}\n`);
      privates[name] = digest.digest('hex').slice(0, 16);
    }
    const { stdout } = await run(
      'find',
      [
        'private',
        'public.git',
        '-type',
        'f',
        '(',
        '-path',
        '*/staged/*',
        '-o',
        '-name',
        '*tmp*',
        '-o',
        '-name',
        '*.lock',
        ')',
      ],
      { cwd: this.dir },
    );
    return {
      said: { outcome, steps, open, ...(stoppedBy === undefined ? {} : { stoppedBy }) },
      effects: [...this.effects],
      branches,
      privates,
      left: stdout.split('\n').filter(Boolean),
    };
  }

  async remove(): Promise<void> {
    await this.#api?.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#remove();
  }

  /** What hooks call: each acts once, and a second time shows. */
  async #listen(): Promise<void> {
    this.#server.on('request', (request, response) => {
      const [, hook = '', phase = ''] = (request.url ?? '').split('/');
      void this.#act(hook, phase).then((status) => response.writeHead(status).end());
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    writeFileSync(join(this.dir, 'cutover.toml'), runFile(`http://127.0.0.1:${port}`, this.#port));
  }

  async #act(hook: string, phase: string): Promise<number> {
    if (phase === 'probe') return this.#there.has(hook) ? 200 : 404;
    this.effects.push(`${phase} ${hook}`);
    if (phase === 'do') this.#there.add(hook);
    else this.#there.delete(hook);
    if (hook === 'deploy') await this.#deploy();
    return 204;
  }

  /** The new system on what the stores have now. */
  async #deploy(): Promise<void> {
    await this.#api?.close();
    this.#api = await startApi({
      profile: laddr,
      publicStore: await openPublicStore(join(this.dir, 'public.git')),
      privateStore: await openPrivateStore(join(this.dir, 'private')),
      branch: 'main',
      host: '127.0.0.1',
      port: this.#port,
      version: 'test',
      environment: 'test',
    });
  }
}

/** What differs from one run to another: tokens, the salt of a hash that was made anew, when somebody signed in. */
function comparable(row: object): string {
  return JSON.stringify(
    Object.entries(row)
      .map(([field, value]) =>
        /token|hash|^signedInAt$/i.test(field) ? [field, typeof value] : [field, value],
      )
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );
}

function runFile(hooksAt: string, port: number): string {
  const call = (hook: string, phase: string): string =>
    `${phase} = { url = "${hooksAt}/${hook}/${phase}", ok = [200, 204] }`;
  const http = (hook: string, phases: readonly string[]): string =>
    `[hooks.${hook}]\nhttp = { ${phases.map((phase) => call(hook, phase)).join(', ')} }`;
  return `name = "killed"
environment = "test"
at = 2026-01-01T00:00:00Z
go = ["Ann"]
[stores]
public = "public.git"
private = "private"
waivers = "waivers.toml"
[target]
url = "http://127.0.0.1:${port}"
[watch]
window = "300ms"
interval = "100ms"
after-open = "1ms"
not-used = ["sign-in", "oauth", "saml"]
[calendar]
day = "1ms"
[people]
lead = "Ann"
operations = "Ann"
sso = "Ann"
[without]
dns = "no name moves"
inventory = "nobody else"
stragglers = "no logs"
[hooks.last-dump]
shell = "cp legacy.sql \\"$CUTOVER_OUT/legacy.sql\\""
undo-shell = "true"
probe-shell = "test -f \\"$CUTOVER_OUT/legacy.sql\\""
${withProbe.map((hook) => http(hook, ['do', 'undo', 'probe'])).join('\n')}
${withoutProbe.map((hook) => http(hook, ['do', 'undo'])).join('\n')}
`;
}
