import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { smallSampleDump, sampleWaivers } from '@cutover/laddr';
import { leaveAnswer, type RunSeen, seeRun } from '@cutover/runs';
import { run, scratchDir } from '@cutover/testkit';
import { bin, cutover, type Ran } from './run.ts';
import { health, startSite, type StandInSite } from './site-stand-in.ts';

const text = (value: unknown): string => JSON.stringify(value);

/** Lines of the run file that a test replaces. */
export interface QuickParts {
  readonly source?: string;
  readonly stores?: string;
  readonly top?: string;
  readonly more?: string;
  /** Shell lines of the hooks `maintenance` and `flip`. */
  readonly maintenance?: string;
  readonly flip?: string;
}

/** A site to move for real whose new side is a stand-in that only says that it is well: steps up to the flip pass in seconds. */
export interface QuickSite {
  readonly dir: string;
  readonly at: (name: string) => string;
  readonly target: StandInSite;
  /** Answers that it finds wanting, by question. */
  readonly questions: { readonly staged: string; readonly go: string };
  write(parts?: QuickParts): void;
  cli(args: readonly string[], env?: Record<string, string>): Promise<Ran>;
  /** The same as a process that goes on, in a group of its own. */
  begin(
    args: readonly string[],
    env?: Record<string, string>,
  ): { child: ChildProcess; ended: Promise<number | null>; said: () => string };
  answerAll(stateDir?: string): Promise<void>;
  runDir(): string;
  status(): Promise<RunSeen>;
  journal(): Record<string, unknown>[];
  untilState(...states: string[]): Promise<string>;
  remove(): Promise<void>;
}

const goAnn = `ann-${createHash('sha256').update('Ann').digest('hex').slice(0, 4)}`;

export async function quickSite(prefix: string): Promise<QuickSite> {
  const scratch = await scratchDir(prefix);
  const at = (name: string): string => join(scratch.dir, name);
  const target = await startSite(health({ version: '1', environment: 'test' }));
  await run('git', ['init', '-q', '--bare', at('public.git')]);
  mkdirSync(at('private'));
  const questions = { staged: '06-stage-sso/staged', go: `07-go-no-go/go-${goAnn}` };
  const site: QuickSite = {
    dir: scratch.dir,
    at,
    target,
    questions,
    write: (parts = {}) => writeFileSync(at('cutover.toml'), runFile(target.url, parts)),
    cli: (args, env = {}) => cutover(args, { cwd: scratch.dir, env }),
    begin: (args, env = {}) => {
      const child = spawn(process.execPath, [bin, ...args], {
        cwd: scratch.dir,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
      return { child, ended, said: () => said };
    },
    answerAll: async (stateDir = '.cutover') => {
      const { dir } = await seeRun(at(stateDir));
      for (const [key, answer] of [
        [questions.staged, 'done'],
        [questions.go, 'go'],
      ] as const)
        await leaveAnswer(dir, {
          key,
          answer,
          by: 'Ann',
          evidence: 'a ticket',
          at: new Date().toISOString(),
        });
    },
    runDir: () => at(`.cutover/runs/${readdirSync(at('.cutover/runs')).sort().at(-1)}`),
    status: async () => seeRun(at('.cutover')),
    journal: () =>
      readFileSync(join(site.runDir(), 'journal.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    untilState: async (...states) => {
      for (const end = Date.now() + 60_000; ; await sleep(100)) {
        // Before it has begun there is none.
        const state = await site.status().then(
          (seen) => seen.state,
          () => 'not there',
        );
        if (states.includes(state)) return state;
        if (Date.now() > end) throw new Error(`the run is ${state}, not ${states.join(' or ')}`);
      }
    },
    remove: async () => {
      await target.close();
      await scratch.remove();
    },
  };
  site.write();
  return site;
}

const without = [
  'dns',
  'inventory',
  'stragglers',
  'backup',
  'prove-backup',
  'lower-ttl',
  'raise-ttl',
  'freeze',
];

const runFile = (target: string, parts: QuickParts): string => `name = "quick"
environment = "test"
go = ["Ann"]
${parts.top ?? 'at = 2026-01-01T00:00:00Z'}
[source]
${parts.source ?? `dump = [${text(fileURLToPath(smallSampleDump))}]`}
[stores]
waivers = ${text(fileURLToPath(sampleWaivers))}
${parts.stores ?? 'public = "public.git"\nprivate = "private"'}
[target]
url = "${target}"
[people]
lead = "Ann"
operations = "Ben"
sso = "Cem"
[without]
deploy = "it is there"
${without.map((name) => `${name} = "not here"`).join('\n')}
[hooks.maintenance]
shell = ${text(parts.maintenance ?? 'touch maintenance')}
undo-shell = "rm -f maintenance"
probe-shell = "test -f maintenance"
[hooks.flip]
shell = ${text(parts.flip ?? 'echo new >name; echo flipped >>flips')}
undo-shell = "echo old >name"
[hooks.open]
shell = "touch open"
undo-shell = "rm -f open"
${parts.more ?? ''}
`;
