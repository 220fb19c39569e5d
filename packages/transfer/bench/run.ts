import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { randomFillSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startSshd } from '@cutover/testkit';

/**
 * `npm run bench -- transfer [--files 20000] [--mb 2000] [--dir DIR] [--rounds 2]`: a folder over a real sshd on loopback, by
 * `tar | ssh tar`, by rsync and by a move's passes: all of it, then with 1 % of the files changed. All use the same
 * cipher. A move's passes are timed by what it logs (`last pass` is the second one); whole processes besides.
 */
const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '20000' },
    mb: { type: 'string', default: '2000' },
    dir: { type: 'string', default: tmpdir() },
    rounds: { type: 'string', default: '2' },
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

/** Highest resident memory of the processes that match, of all their kind. */
function watchMemory(pattern: string): () => number {
  let most = 0;
  const timer = setInterval(() => {
    const pids = execFileSync('sh', ['-c', `pgrep -f '${pattern}' || true`])
      .toString()
      .split('\n');
    for (const pid of pids.filter((one) => one !== '')) {
      try {
        const found = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
        most = Math.max(most, Number(found?.[1] ?? 0) / 1024);
      } catch {
        // It has ended.
      }
    }
  }, 500);
  return () => {
    clearInterval(timer);
    return most;
  };
}

async function seconds(start: () => ChildProcess): Promise<number> {
  const began = performance.now();
  const child = start();
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0 && code !== 24)
    throw new Error(`${child.spawnargs.slice(0, 3).join(' ')} ended with ${code}`);
  return (performance.now() - began) / 1000;
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

const tar = (to: string): Promise<number> =>
  seconds(() => {
    mkdirSync(to);
    const remote = `tar -C ${to} -xf -`;
    return spawn(
      'bash',
      ['-c', `set -o pipefail; tar -C ${source} -cf - . | ${ssh.join(' ')} ${host} '${remote}'`],
      { stdio: 'inherit' },
    );
  });
const rsync = (to: string): Promise<number> =>
  seconds(() =>
    spawn('rsync', ['-aH', '--delete', '-e', ssh.join(' '), `${source}/`, `${host}:${to}/`], {
      stdio: 'inherit',
    }),
  );

/** Times of a move's parts, from the log of its run. */
async function move(n: number): Promise<{ first: number; second: number; whole: number; memory: number }> {
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
  const whole = await seconds(() =>
    spawn(
      process.execPath,
      [
        cutover,
        'transfer',
        'send',
        '--quiet',
        '--from',
        source,
        '--to',
        `ssh://${host}:${sshd.port}/site`,
        '--ssh-key',
        sshd.keyFile,
        '--known-hosts',
        sshd.knownHostsFile,
        '--remote-command',
        receive,
        '--state-dir',
        state,
        '--passes',
        '1',
        '--watch',
        '0',
        '--hooks',
        join(dir, 'hooks.json'),
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    ),
  );
  const run = execFileSync('ls', [join(state, 'runs')])
    .toString()
    .trim();
  const log = readFileSync(join(state, 'runs', run, 'run.log'), 'utf8');
  const at = (pattern: RegExp): number => Date.parse((pattern.exec(log) ?? [''])[0].split(' ')[0]!) / 1000;
  return {
    first: at(/\S+ pass 1 while the source runs: /) - at(/\S+ pass 1 while the source runs\n/),
    second: at(/\S+ last pass: /) - at(/\S+ last pass\n/),
    whole,
    memory: memory(),
  };
}

/** The change between the passes is made by the hook that locks: 1 % of the files, their first bytes. */
function changeScript(): string {
  return `const fs=require('fs'),c=require('crypto');for(let n=0;n<${files};n+=100){const f=fs.openSync('${source}/'+n%200+'/'+n,'r+');fs.writeSync(f,c.randomBytes(1000),0,1000,0);fs.closeSync(f)}`;
}

/** Each is the best of its rounds: what else the machine had to do makes none faster. */
const best = {
  tar: Infinity,
  first: Infinity,
  second: Infinity,
  moved: Infinity,
  again: Infinity,
  whole: Infinity,
};
let memory = 0;
/** On ext4 nothing is removed before the end: it passes over inodes that were just given up, one by one, and whoever makes files next would pay. */
const isMemory = statfsSync(values.dir).type === 0x01021994;
const leave = (name: string): void => {
  if (isMemory) rmSync(join(dir, name), { recursive: true });
  execFileSync('sync');
};

async function round(n: number): Promise<void> {
  best.tar = Math.min(best.tar, await tar(join(dir, `tar-${n}`)));
  leave(`tar-${n}`);
  const first = await rsync(join(dir, `rsync-${n}`));
  changeOneInAHundred();
  const second = await rsync(join(dir, `rsync-${n}`));
  leave(`rsync-${n}`);
  const ours = await move(n);
  leave(`moved-${n}`);
  say(
    `round ${n}: rsync ${first.toFixed(1)} and ${second.toFixed(2)} s; move ${ours.first.toFixed(1)} and ${ours.second.toFixed(2)} s, whole with verification and rename ${ours.whole.toFixed(1)} s`,
  );
  memory = Math.max(memory, ours.memory);
  best.first = Math.min(best.first, first);
  best.second = Math.min(best.second, second);
  best.moved = Math.min(best.moved, ours.first);
  best.again = Math.min(best.again, ours.second);
  best.whole = Math.min(best.whole, ours.whole);
}

try {
  makeSource();
  execFileSync('sh', ['-c', `cat ${source}/*/* > /dev/null; sync`]);
  say(
    `node ${process.version}; ${files} files of ${fileBytes} bytes; ${cipher}, loopback, source in the page cache`,
  );
  for (let n = 1; n <= Number(values.rounds); n++) await round(n);
  const { tar: byTar, first, second, moved, again, whole } = best;
  say(
    `best: tar | ssh tar ${byTar.toFixed(1)} s; rsync ${first.toFixed(1)} s, 1 % changed ${second.toFixed(2)} s; move ${moved.toFixed(1)} s, 1 % changed ${again.toFixed(2)} s, whole ${whole.toFixed(1)} s`,
  );
  say(
    `first pass / rsync ${(moved / first).toFixed(2)}; / tar ${(moved / byTar).toFixed(2)}; second / rsync ${(again / second).toFixed(2)}`,
  );
  say(`resident at most, either end: ${memory.toFixed(0)} MB`);
} finally {
  await sshd.stop();
  rmSync(dir, { recursive: true, force: true });
}
