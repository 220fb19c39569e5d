import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { smallSampleDump, sampleWaivers } from '@cutover/laddr';
import { describeWith, type FakeResend, freePort, scratchDir, startFakeResend } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DocCommand, shellCommandsIn } from './docs-commands.ts';
import { reviewed } from './docs-reviewed.ts';
import { bin, cutover, type Serving, serving } from './run.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const practice = 'docs/operations/practice/practice.md';
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs/operations'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs/operations', name)),
];

/** What stands for a value in a page, and what it is here. Later ones are tried on what earlier ones gave. */
type As = readonly (readonly [RegExp, string])[];

interface Setting {
  readonly as?: As;
  /** Codes other than the one that the page says, where the sample gives cause for it. */
  readonly exits?: readonly (readonly [RegExp, number])[];
}

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let resend: FakeResend;
let site: Serving;
let ports: { listen: number; staging: number; practice: number };

const secret = 'a secret of thirty-two characters';
const env = (): Record<string, string> => ({
  PATH: `${join(scratch.dir, 'bin')}:${process.env['PATH'] ?? ''}`,
  TZ: 'UTC',
  CUTOVER_LINK_SECRET: secret,
  CUTOVER_RESEND_API_KEY: resend.apiKey,
  CUTOVER_RESEND_URL: resend.url,
  PRACTICE_CUTOVER: bin,
  PRACTICE_PORT: String(ports.practice),
});

beforeAll(async () => {
  scratch = await scratchDir('cutover-docs-');
  resend = await startFakeResend();
  ports = { listen: await freePort(), staging: await freePort(), practice: await freePort() };
  mkdirSync(join(scratch.dir, 'bin'));
  writeFileSync(join(scratch.dir, 'bin/cutover'), `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  chmodSync(join(scratch.dir, 'bin/cutover'), 0o755);
  const base = join(scratch.dir, 'base');
  mkdirSync(base);
  const stores = ['--public', 'data.git', '--private', 'private'];
  const dump = ['--dump', fileURLToPath(smallSampleDump), '--waivers', fileURLToPath(sampleWaivers)];
  for (const command of [['import', ...dump], ['merge']]) {
    const made = await cutover([...command, ...(command[0] === 'merge' ? stores.slice(0, 2) : stores)], {
      cwd: base,
    });
    expect(made.code, made.stderr).toBe(0);
  }
  site = await serving(['serve', '--json', '--quiet', '--port', '0', '--branch', 'main', ...stores], {
    cwd: base,
  });
}, 120_000);
afterAll(async () => {
  await site?.stop();
  await resend.stop();
  await scratch.remove();
});

/** A folder with what the pages name: an import of the sample, its dump, logs. */
function sandbox(page: string): string {
  const dir = join(scratch.dir, basename(page, '.md'));
  cpSync(join(scratch.dir, 'base'), dir, { recursive: true });
  for (const name of ['public.git', 'site.git']) symlinkSync('data.git', join(dir, name));
  cpSync(fileURLToPath(smallSampleDump), join(dir, 'legacy.sql'));
  mkdirSync(join(dir, 'dumps'));
  cpSync(fileURLToPath(smallSampleDump), join(dir, 'dumps/legacy.sql'));
  mkdirSync(join(dir, 'new-site'));
  const hit =
    '192.0.2.7 - - [01/Sep/2026:10:00:00 +0000] "GET /people HTTP/1.1" 301 10 "-" "feed-reader/1.0"\n';
  for (const name of ['access.log', 'new-site/access.log']) writeFileSync(join(dir, name), hit);
  writeFileSync(join(dir, 'people.txt'), 'people/2\n');
  writeFileSync(join(dir, 'lost.txt'), '/people\n');
  writeFileSync(join(dir, 'redirects.tsv'), '/projects\t200\n');
  return dir;
}

const mails =
  '--public data.git --private private --site https://example.org --from "Name <hello@example.org>" --service-mail --without-sender-checks';

/** Stores and hosts of the pages are these here. */
const everywhere = (dir: string): As => [
  [/npx cutover/g, 'cutover'],
  [/s3:\/\/records\/site|file:\/\/\/srv\/(site-)?private/g, `file://${dir}/private`],
  [/\/srv\/dumps/g, `${dir}/dumps`],
  [/\/var\/log\/nginx\//g, ''],
  [/(redirects|--target) https:\/\/(new\.example|example\.org|www\.example\.org)/g, `$1 ${site.url}`],
];

const settings = (): Readonly<Record<string, Setting>> => ({
  'history.md': {
    as: [[/^cutover import/, `cutover import --waivers ${fileURLToPath(sampleWaivers)}`]],
  },
  'incidents.md': {
    as: [
      [/--id 42/, '--id 2'],
      [/--id 17/, '--id 1'],
    ],
  },
  'mailout.md': {
    as: [
      [/mailout …/, `mailout ${mails}`],
      [/--send --limit 20/, '--send --limit 20 --confirm 20'],
      [/--send$/, '--send --limit 3 --confirm 3'],
    ],
  },
  'monitoring.md': {
    as: [
      // Until it is stopped, which is no fault.
      [
        /(CUTOVER_LOG_WEBHOOK=)… cutover serve …/,
        `$1${resend.url} cutover serve ${own} & pid=$!; ${untilReady}; kill $pid; wait $pid`,
      ],
      [/8099/g, String(ports.listen)],
      [/SECRET=…/, `SECRET='${secret}'`],
      [
        /^(.*) serve --environment staging …$/,
        `$1 serve --environment staging ${own} & echo $! >pid; ${untilReady}`,
      ],
      [
        /--target https:\/\/staging.example/,
        `--target http://127.0.0.1:${ports.staging} --every 0.1s --confirm 127.0.0.1:${ports.staging}`,
      ],
    ],
  },
  'private-storage.md': {
    as: [
      [
        /^cutover mailout --campaign passwords-end --service-mail … --send$/,
        `M='cutover mailout --campaign passwords-end --batch 100 --public data.git --private private --site https://example.org --from hello@example.org --service-mail --without-sender-checks'; $M --send --confirm $($M --json | node -p 'JSON.parse(require("fs").readFileSync(0)).toSend')`,
      ],
      [/private restore 41/, 'private restore 1'],
      [/people\/42/, 'people/2'],
      [/^cutover purge-passwords/, 'cutover purge-passwords --early'],
    ],
    // Dumps are there that hold the passwords, and the rows of whoever is erased.
    exits: [
      [/purge-passwords/, 1],
      [/erase --person/, 1],
    ],
  },
  'reconcile.md': {
    // One of the sample's passwords is in no known format, which is left to a human.
    exits: [[/reconcile --public/, 1]],
  },
  'verify.md': {
    as: [
      [/--via 192.0.2.2 /, ''],
      [/--for \d+[hm]/, '--for 2s'],
      [/--every 15s/, '--every 0.5s --not-used sign-in oauth saml'],
    ],
    // Somebody calls who is not ticked off; and nobody signs in while it is watched.
    exits: [
      [/verify callers/, 1],
      [/verify watch .*--via/, 4],
    ],
  },
});
const untilReady = 'until curl -fs http://127.0.0.1:PORT/api/health/ready; do sleep 0.1; done';
const own = `--public data.git --private private --branch main --quiet --port PORT`;

function commandFor(page: string, { line, exit }: DocCommand, dir: string): DocCommand {
  const { as = [], exits = [] } = settings()[basename(page)] ?? {};
  const actual = [...everywhere(dir), ...as].reduce((text, [from, to]) => text.replace(from, to), line);
  const expected = exits.find(([pattern]) => pattern.test(line))?.[1] ?? exit;
  return { line: actual.replaceAll('PORT', String(ports.staging)), exit: expected };
}

/** Runs a line as somebody would who has it from the page; what it leaves in the background does not hold it up. */
function shell(line: string, cwd: string): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', line], {
      cwd,
      env: { ...process.env, ...env() },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('exit', (code) => setTimeout(() => resolve({ code, said }), 20));
  });
}

const reviewOf = (line: string) =>
  reviewed.find((each) => (typeof each.line === 'string' ? each.line === line : each.line.test(line)));
const commandsOf = (page: string): DocCommand[] => shellCommandsIn(readFileSync(join(root, page), 'utf8'));
const toRun = (page: string): DocCommand[] =>
  commandsOf(page).filter(({ line }) => reviewOf(line) === undefined);

describe('commands of the documentation', () => {
  it.each(pages.filter((page) => toRun(page).length > 0))(
    '%s: every one does what the page says',
    async (page) => {
      const dir = sandbox(page);
      try {
        for (const command of toRun(page)) {
          const { line, exit } = commandFor(page, command, dir);
          const { code, said } = await shell(line, dir);
          expect.soft(code, `${command.line}\n  as ${line}\n${said.slice(-1500)}`).toBe(exit);
        }
      } finally {
        if (existsSync(join(dir, 'pid'))) process.kill(Number(readFileSync(join(dir, 'pid'), 'utf8')));
      }
    },
    120_000,
  );
});

describeWith('faketime', 'the practice', () => {
  it('goes through from T-7 to T+180, as somebody would type it', async () => {
    const dir = join(scratch.dir, 'practice');
    cpSync(join(root, 'docs/operations/practice'), dir, {
      recursive: true,
      filter: (name) => !/site$|\.cutover$/.test(name),
    });
    const file = readFileSync(join(dir, 'cutover.toml'), 'utf8')
      .replaceAll('../../../', root)
      .replace(':8091', `:${ports.practice}`);
    writeFileSync(join(dir, 'cutover.toml'), file);
    const [, ...commands] = toRun(practice);
    try {
      for (const { line, exit } of commands) {
        if (line.startsWith('export ')) continue;
        // The two rehearsals are reviewed: real-run.test.ts makes them.
        const { code, said } = await shell(line.replace('--production practice', '$& --unrehearsed'), dir);
        expect(code, `${line}\n${said.slice(-1500)}`).toBe(exit);
      }
      expect(existsSync(join(dir, '.cutover'))).toBe(false);
    } finally {
      await shell('CUTOVER_PHASE=undo ./deploy', dir);
    }
  }, 240_000);
});

describe('commands of the documentation that are not run here', () => {
  it('have a test that does it or a reason, and are still in a page', () => {
    const lines = [...pages, practice].flatMap((page) => commandsOf(page).map(({ line }) => line));
    for (const review of reviewed) {
      const of = lines.filter((line) => reviewOf(line) === review);
      expect(of.length, `${review.line} is in no page any more`).toBeGreaterThan(0);
      if (review.test === undefined) expect(review.because).toMatch(/\w/);
      else expect(existsSync(join(root, review.test)), review.test).toBe(true);
    }
    expect(reviewed.filter(({ because }) => because !== undefined).length).toBeLessThan(8);
  });
});
