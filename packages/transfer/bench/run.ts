import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { randomFillSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startSshd } from '@cutover/testkit';
import { processorSeconds, residentMost } from './processor.ts';

/**
 * `npm run bench -- transfer [--files 20000] [--mb 2000] [--dir DIR] [--rounds 6]`: a folder over a real sshd on loopback, by
 * `tar | ssh tar`, by rsync and by a move's passes: all of it, then with 1 % of the files changed. All use the same
 * cipher. A move's passes are timed by what it logs (`last pass` is the second one); whole processes besides. Processor time is that of both ends, ssh and sshd included.
 */
const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '20000' },
    mb: { type: 'string', default: '2000' },
    dir: { type: 'string', default: tmpdir() },
    rounds: { type: 'string', default: '6' },
  },
});
const files = Number(values.files);
const fileBytes = Math.floor((Number(values.mb) * 1e6) / files);
const dir = mkdtempSync(join(values.dir, 'cutover-bench-transfer-'));
const source = join(dir, 'source');
const cutover = fileURLToPath(new URL('../../../apps/cli/bin/cutover.js', import.meta.url));
const cipher = 'aes128-gcm@openssh.com';

function makeSource(): void {
  const bytes = Buffer.alloc(fileBytes);
  for (let n = 0; n < files; n++) {
    const folder = join(source, String(n % 200));
    if (n < 200) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, String(n)), randomFillSync(bytes));
  }
}

function changeOneInAHundred(): void {
  for (let n = 0; n < files; n += 100) {
    const file = openSync(join(source, String(n % 200), String(n)), 'r+');
    writeSync(file, randomFillSync(Buffer.alloc(1000)), 0, 1000, 0);
    closeSync(file);
  }
}

interface Took {
  readonly seconds: number;
  /** Of both ends, ssh and sshd included. */
  readonly processor: number;
}

/** Looks now and then; answers the highest resident memory there was. */
function watchMemory(part: string): () => number {
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, residentMost(part))), 500);
  return () => {
    clearInterval(timer);
    return most;
  };
}

async function timed(start: () => ChildProcess): Promise<Took> {
  const [began, before] = [performance.now(), processorSeconds()];
  const child = start();
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0 && code !== 24)
    throw new Error(`${child.spawnargs.slice(0, 3).join(' ')} ended with ${code}`);
  // What sshd began for it ends a moment later.
  const seconds = (performance.now() - began) / 1000;
  await sleep(300);
  return { seconds, processor: processorSeconds() - before };
}

const say = (text: string): boolean => process.stdout.write(`${text}\n`);
// The key may run anything: it is tar and rsync that are compared.
const sshd = await startSshd({ command: 'eval "$SSH_ORIGINAL_COMMAND"' });
const ssh = [
  'ssh',
  '-F',
  'none',
  '-i',
  sshd.keyFile,
  '-o',
  `UserKnownHostsFile=${sshd.knownHostsFile}`,
  '-o',
  `Ciphers=${cipher}`,
  '-p',
  String(sshd.port),
];
const host = `${sshd.user}@127.0.0.1`;

const tar = (to: string): Promise<Took> =>
  timed(() => {
    mkdirSync(to);
    const remote = `tar -C ${to} -xf -`;
    return spawn(
      'bash',
      ['-c', `set -o pipefail; tar -C ${source} -cf - . | ${ssh.join(' ')} ${host} '${remote}'`],
      { stdio: 'inherit' },
    );
  });
const rsync = (to: string): Promise<Took> =>
  timed(() =>
    spawn('rsync', ['-aH', '--delete', '-e', ssh.join(' '), `${source}/`, `${host}:${to}/`], {
      stdio: 'inherit',
    }),
  );

interface Moved {
  readonly first: Took;
  readonly second: number;
  readonly whole: Took;
  readonly memory: number;
}

/** What the log of a run says, as far as it has come. */
function logOf(state: string): string {
  try {
    const [run = ''] = readdirSync(join(state, 'runs'));
    return readFileSync(join(state, 'runs', run, 'run.log'), 'utf8');
  } catch {
    return '';
  }
}

/** Processor time of the first pass: taken when the log says that it begins, and that it is over. */
async function processorOfFirst(state: string, until: Promise<unknown>): Promise<number> {
  const going = { on: true };
  void until.then(() => (going.on = false)).catch(() => (going.on = false));
  const at = async (pattern: RegExp): Promise<number> => {
    while (going.on && !pattern.test(logOf(state))) await sleep(20);
    return processorSeconds();
  };
  const began = await at(/pass 1 while the source runs$/m);
  return (await at(/pass 1 while the source runs: /)) - began;
}

/** Times of a move's parts, from the log of its run. */
async function move(n: number): Promise<Moved> {
  const state = join(dir, `state-${n}`);
  const memory = watchMemory('cutover.js transfer');
  const receive = `${process.execPath} ${cutover} transfer receive --root ${dir}/moved-${n}`;
  mkdirSync(join(dir, `moved-${n}`));
  const hooks = {
    hooks: [
      { name: 'change', lock: [process.execPath, '-e', changeScript()], unlock: ['true'], check: ['true'] },
    ],
  };
  writeFileSync(join(dir, 'hooks.json'), JSON.stringify(hooks));
  const to = ['--from', source, '--to', `ssh://${host}:${sshd.port}/site`, '--remote-command', receive];
  const keys = ['--ssh-key', sshd.keyFile, '--known-hosts', sshd.knownHostsFile];
  const how = ['--passes', '1', '--watch', '0', '--hooks', join(dir, 'hooks.json'), '--state-dir', state];
  const ran = timed(() =>
    spawn(process.execPath, [cutover, 'transfer', 'send', '--quiet', ...to, ...keys, ...how], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
  const processor = await processorOfFirst(state, ran);
  const whole = await ran;
  const log = logOf(state);
  const at = (pattern: RegExp): number => Date.parse((pattern.exec(log) ?? [''])[0].split(' ')[0]!) / 1000;
  return {
    first: {
      seconds: at(/\S+ pass 1 while the source runs: /) - at(/\S+ pass 1 while the source runs\n/),
      processor,
    },
    second: at(/\S+ last pass: /) - at(/\S+ last pass\n/),
    whole,
    memory: memory(),
  };
}

/** The change between the passes is made by the hook that locks: 1 % of the files, their first bytes. */
function changeScript(): string {
  return `const fs=require('fs'),c=require('crypto');for(let n=0;n<${files};n+=100){const f=fs.openSync('${source}/'+n%200+'/'+n,'r+');fs.writeSync(f,c.randomBytes(1000),0,1000,0);fs.closeSync(f)}`;
}

/** On ext4 nothing is removed before the end: it passes over inodes that were just given up, one by one, and whoever makes files next would pay. */
const isMemory = statfsSync(values.dir).type === 0x01021994;
const leave = (name: string): void => {
  if (isMemory) rmSync(join(dir, name), { recursive: true });
  execFileSync('sync');
};

interface Round {
  readonly tar: Took;
  readonly first: Took;
  readonly second: number;
  readonly move: Moved;
}

async function moving(n: number): Promise<Moved> {
  const moved = await move(n);
  leave(`moved-${n}`);
  return moved;
}

async function round(n: number): Promise<Round> {
  const byTar = await tar(join(dir, `tar-${n}`));
  leave(`tar-${n}`);
  // Who comes first changes from round to round: a disk is not the same for whoever comes later.
  const early = n % 2 === 0 ? await moving(n) : undefined;
  const first = await rsync(join(dir, `rsync-${n}`));
  changeOneInAHundred();
  const second = (await rsync(join(dir, `rsync-${n}`))).seconds;
  leave(`rsync-${n}`);
  const moved = early ?? (await moving(n));
  const of = ({ seconds, processor }: Took): string =>
    `${seconds.toFixed(1)} s (${processor.toFixed(1)} s of processor time)`;
  say(
    `round ${n}: tar ${of(byTar)}; rsync ${of(first)}, then ${second.toFixed(2)} s; move ${of(moved.first)}, then ${moved.second.toFixed(2)} s, whole with verification and rename ${of(moved.whole)}`,
  );
  return { tar: byTar, first, second, move: moved };
}

/** Of what all rounds took: the best, as what else the machine had to do makes none faster, and how far they lie apart. */
function best(all: readonly number[]): { best: number; spread: string } {
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return { best: least, spread: `${least.toFixed(2)} to ${most.toFixed(2)}` };
}

try {
  makeSource();
  execFileSync('sh', ['-c', `cat ${source}/*/* > /dev/null; sync`]);
  say(
    `node ${process.version}; ${files} files of ${fileBytes} bytes; ${cipher}, loopback, source in the page cache`,
  );
  const rounds: Round[] = [];
  for (let n = 1; n <= Number(values.rounds); n++) rounds.push(await round(n));
  const of = (pick: (round: Round) => number): ReturnType<typeof best> => best(rounds.map(pick));
  const all = {
    tar: of((one) => one.tar.seconds),
    rsync: of((one) => one.first.seconds),
    move: of((one) => one.move.first.seconds),
    'rsync, 1 % changed': of((one) => one.second),
    'move, 1 % changed': of((one) => one.move.second),
  };
  for (const [name, { spread }] of Object.entries(all)) say(`${name}: ${spread} s`);
  const ratio = (a: { best: number }, b: { best: number }): string => (a.best / b.best).toFixed(2);
  const ofRounds = rounds.map(({ move, first }) => move.first.seconds / first.seconds).sort((a, b) => a - b);
  say(`first pass / rsync, round by round: ${ofRounds.map((one) => one.toFixed(2)).join(', ')}`);
  say(
    `of the best: first pass / rsync ${ratio(all.move, all.rsync)}; / tar ${ratio(all.move, all.tar)}; second / rsync ${ratio(all['move, 1 % changed'], all['rsync, 1 % changed'])}`,
  );
  const processor = of((one) => one.move.first.processor);
  say(
    `processor time: first pass / rsync ${ratio(
      processor,
      of((one) => one.first.processor),
    )}; / tar ${ratio(
      processor,
      of((one) => one.tar.processor),
    )}`,
  );
  const memory = Math.max(...rounds.map((one) => one.move.memory));
  say(`resident at most, either end: ${memory.toFixed(0)} MB`);
} finally {
  await sshd.stop();
  rmSync(dir, { recursive: true, force: true });
}
