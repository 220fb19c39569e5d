import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Check, concludeCheck, CutoverError, type Finding, messageOf } from '@cutover/core';
import { assertInputsKept, bytesOf } from '@cutover/importer';
import type { Step } from '@cutover/runs';
import { type Enforcement, git } from '@cutover/stores';
import type { RunContext } from '../context.ts';
import { checkDump } from '../site/check-dump.ts';
import { checkSite } from '../site/check-site.ts';
import { checkVolumes } from '../site/preflight/check-volumes.ts';
import { openStores } from '../stores.ts';
import { minute } from '../budgets.ts';

const oldestGit = [2, 30] as const;
const oldestNode = [20, 19] as const;
/** Everything that can be known to be wrong before anything is written. */
export const preflight: Step<RunContext> = {
  id: '01-preflight',
  title: 'Preflight: dump, disk, programs, stores, ports',
  needs: [],
  phase: 'T-7',
  budgetMs: 30 * minute,
  repeatable: true,
  blocking: true,
  undo: { kind: 'none', because: 'it changes nothing' },
  run: async (context) => {
    const { targetUrl } = context.options;
    const site = await checkSite(context);
    const checks = [...site.checks, await checkPrograms(context)];
    // A dump that is yet to be taken is looked at then.
    const dump = context.source === undefined ? [] : await checkDump(context);
    // As it is read: a file that is compressed says little of that.
    const read = dump.map(({ evidence }) => Number(evidence['bytes'] ?? 0));
    const bytes = Math.max(site.sourceBytes, await bytesOf(context.dump), ...read);
    checks.push(...dump, await checkVolumes(context, bytes), await checkStores(context));
    checks.push(...(await checkInputs(context)));
    if (context.mode === 'rehearsal' && targetUrl === undefined) checks.push(await checkPort());
    return checks;
  },
};

async function checkPrograms(context: RunContext): Promise<Check> {
  const findings: Finding[] = [];
  const node = process.versions.node;
  let gitVersion = 'missing';
  if (isOlder(node, oldestNode)) {
    findings.push({
      code: 'node-too-old',
      message: `node ${node} is older than ${oldestNode.join('.')}`,
      next: 'install a newer node',
    });
  }
  try {
    gitVersion = (await git(context.dir, ['--version'])).replace(/^git version /, '').trim();
    if (isOlder(gitVersion, oldestGit)) {
      findings.push({
        code: 'git-too-old',
        message: `git ${gitVersion} is older than ${oldestGit.join('.')}`,
        next: 'install a newer git',
      });
    }
  } catch (error) {
    findings.push({
      code: 'git-missing',
      message: messageOf(error),
      next: 'install git and have it on the PATH',
    });
  }
  return concludeCheck({
    id: 'preflight-programs',
    title: 'node and git are new enough',
    looked: 2,
    expected: { node: `>=${oldestNode.join('.')}`, git: `>=${oldestGit.join('.')}` },
    actual: { node, git: gitVersion },
    findings,
  });
}

function isOlder(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a < major || (a === major && b < minor);
}

async function checkStores(context: RunContext): Promise<Check> {
  const findings: Finding[] = [];
  let enforcement: Enforcement | undefined;
  try {
    await mkdir(context.dir, { recursive: true });
    const { enforcement: found, ...stores } = await openStores(context);
    context.stores = stores;
    enforcement = found;
  } catch (error) {
    if (!(error instanceof CutoverError)) throw error;
    findings.push({ code: error.code, message: error.message, next: error.next });
    if (context.mode === 'rehearsal') await rm(join(context.dir, 'stores'), { recursive: true, force: true });
  }
  return concludeCheck({
    id: 'preflight-stores',
    title: 'Both stores can be written',
    looked: 2,
    expected: 2,
    actual: 2 - findings.length,
    findings,
    ...(enforcement === undefined
      ? {}
      : {
          evidence: {
            privateStore:
              context.mode === 'real'
                ? context.privateUrl
                : (context.options.basePrivateUrl ?? 'a folder of the rehearsal'),
            writes: enforcement.writes,
            history: enforcement.history,
          },
        }),
  });
}

/** What the import is given besides the dump; nothing to say of what is not given, and was not before. */
async function checkInputs(context: RunContext): Promise<Check[]> {
  const { uploads, corrections, branch } = context.options;
  const { publicStore } = context.stores ?? {};
  const kept = publicStore && {
    files: () => assertInputsKept({ publicStore, branch, uploads, withoutCorrections: true }),
    quarantine: () => assertInputsKept({ publicStore, branch, corrections, withoutUploads: true }),
  };
  const checks = [
    await checkInput({
      id: 'preflight-files',
      title: 'Uploads are where the import looks for them',
      expected: 'a place to read them from',
      given: uploads && (async () => (await uploads()).source.from),
      kept: kept?.files,
    }),
    await checkInput({
      id: 'preflight-quarantine',
      title: 'Rows that were mended can be read',
      expected: 'a file of rows',
      given: corrections && (async () => `${(await corrections()).count} rows`),
      kept: kept?.quarantine,
    }),
  ];
  return checks.filter((check) => check !== undefined);
}

/** Something that an import may be given, or have been given the last time. */
interface Input extends Pick<Check, 'id' | 'title' | 'expected'> {
  /** Where it is, or how much; absent: it is not given. */
  readonly given: (() => Promise<string>) | undefined;
  /** Throws where the import before had it; absent: there was none. */
  readonly kept: (() => Promise<unknown>) | undefined;
}

async function checkInput({ id, title, expected, given, kept }: Input): Promise<Check | undefined> {
  let actual: string;
  const findings: Finding[] = [];
  try {
    if (given === undefined) await kept?.();
    if (given === undefined) return undefined;
    actual = await given();
  } catch (error) {
    if (!(error instanceof CutoverError)) throw error;
    const { code, message, next } = error;
    actual = code;
    findings.push({ code, message, next });
  }
  return concludeCheck({ id, title, looked: 1, expected, actual, findings });
}

async function checkPort(): Promise<Check> {
  const server = createServer();
  const error = await new Promise<Error | undefined>((resolve) => {
    server.once('error', resolve);
    server.listen(0, '127.0.0.1', () => resolve(undefined));
  });
  await new Promise((resolve) => server.close(resolve));
  return concludeCheck({
    id: 'preflight-port',
    title: 'A port on this machine is free for the new system',
    looked: 1,
    expected: 'free',
    actual: error === undefined ? 'free' : error.message,
    findings: error === undefined ? [] : [{ code: 'no-port', message: error.message }],
  });
}
