import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Check, messageOf } from '@cutover/core';
import { sshCommand } from '@cutover/stores';
import type { RunContext } from '../../context.ts';
import type { Site } from '../site.ts';
import { one, patienceMs } from './one.ts';

const run = promisify(execFile);

/**
 * A push that changes nothing there: whether the deploy key may write. The served branch, where it has something;
 * before that an empty commit of a scratch repository, under a name that nobody has.
 */
export async function checkRemote(context: RunContext, site: Site): Promise<Check[]> {
  const { remote, public: dir, into } = site.file.stores;
  if (remote === undefined || dir === undefined) return [];
  const title = 'The remote accepts the deploy key';
  const scratch = join(context.dir, 'work', 'push.git');
  const env = gitEnvironment(site);
  try {
    const head = await run('git', ['-C', dir, 'rev-parse', '--verify', '-q', `refs/heads/${into}`]).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    );
    const [from, refspec] =
      head === undefined
        ? [scratch, `${await emptyCommit(scratch)}:refs/heads/cutover-preflight`]
        : [dir, `${head}:refs/heads/${into}`];
    await run('git', ['-C', from, 'push', '--dry-run', '--quiet', remote, refspec], {
      timeout: patienceMs,
      env,
    });
    return [one('preflight-remote', title, {})];
  } catch (error) {
    const { stderr, killed } = error as { stderr?: string; killed?: boolean };
    const why = stderr?.trim() || (killed === true ? 'it did not answer' : messageOf(error));
    const message = `a push to ${remote} is not taken: ${why}`;
    const next = /rejected|fetch first|non-fast-forward/.test(why)
      ? `see who pushed there; ${into} here has to be a descendant of what it has`
      : /[Hh]ost key/.test(why)
        ? 'put the key of the host into stores.known-hosts, once you have compared it'
        : 'add the deploy key there, with write access; CUTOVER_DEPLOY_KEY_FILE names its file';
    return [one('preflight-remote', title, { finding: { code: 'remote-refuses', message, next } })];
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function gitEnvironment({ file, environment }: Site): NodeJS.ProcessEnv {
  const keyFile = environment['CUTOVER_DEPLOY_KEY_FILE'];
  const { knownHosts } = file.stores;
  const plain = 'ssh -o BatchMode=yes -o ConnectTimeout=8';
  const ssh =
    keyFile === undefined
      ? plain
      : sshCommand({ keyFile, ...(knownHosts === undefined ? {} : { knownHostsFile: knownHosts }) });
  return { ...environment, GIT_SSH_COMMAND: ssh, GIT_TERMINAL_PROMPT: '0' };
}

async function emptyCommit(scratch: string): Promise<string> {
  await mkdir(scratch, { recursive: true });
  const git = (...args: string[]) => run('git', ['-C', scratch, ...args]);
  await git('init', '--quiet', '--bare');
  const tree = (await git('hash-object', '-w', '-t', 'tree', '/dev/null')).stdout.trim();
  const who = ['-c', 'user.name=cutover', '-c', 'user.email=cutover@localhost'];
  return (await git(...who, 'commit-tree', tree, '-m', 'preflight')).stdout.trim();
}
