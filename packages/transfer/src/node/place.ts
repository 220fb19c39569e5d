import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { removeSlowly } from '../tree/remove.ts';
import { scanTree } from '../tree/scan.ts';
import { checkArchive, unpack, type Unpacking } from './archive.ts';
import { Callbacks } from './callbacks.ts';
import type { NodeConfig } from './config.ts';
import { pathsOf, type ServerRecord, type ServerRecords } from './server-record.ts';
import { Spool } from './spool.ts';

const run = promisify(execFile);

/** What a destination needs to put a server in place. */
export interface Place {
  readonly id: string;
  readonly config: NodeConfig;
  readonly records: ServerRecords;
  readonly callbacks: Callbacks;
}

/**
 * Unpacks an archive that was verified, puts the tree under the server's name, and tells the hub. What was done is
 * remembered before it counts, so that it ends the same when it is done again after a crash at any line:
 *
 * | `unpacked` | tree  | what is left to do                                          |
 * | ---------- | ----- | ----------------------------------------------------------- |
 * | not        | any   | it is removed, and unpacked from the archive, which is whole |
 * | remembered | there | the rename                                                  |
 * | remembered | gone  | the rename is done                                          |
 *
 * @throws CutoverError where the archive or the folder is not fit, `post-setup-failed`, `target-exists`
 */
export async function putInPlace(place: Place): Promise<ServerRecord> {
  const { id, config, records, callbacks } = place;
  const { live, tree, incoming } = pathsOf(config.root, id);
  if (records.get(id).unpacked !== true) {
    await removeSlowly(tree);
    await unpackVerified(place);
    await postSetup(place);
    await run('sync', ['-f', tree]);
    records.save(id, { unpacked: true, doing: 'putting it in place' });
  }
  if (existsSync(tree)) {
    if (existsSync(live)) throw inTheWay(live);
    renameSync(tree, live);
    await run('sync', ['-f', config.root]);
  }
  rmSync(incoming, { recursive: true, force: true });
  const record = records.save(id, {
    ...{ state: 'ready', phase: 'done', unsafe: false, resumable: undefined, reason: undefined },
    doing: undefined,
    callback: Callbacks.owed('success'),
  });
  callbacks.send(id);
  return record;
}

/** The archive is hashed once more as it is read: what lies in the tree is what was verified. */
async function unpackVerified({ id, config, records }: Place): Promise<void> {
  const { tree, archive } = pathsOf(config.root, id);
  const { verified, need } = records.get(id);
  records.save(id, { doing: 'looking at what the archive holds' });
  await checkArchive(archive, need?.names ?? Infinity);
  records.save(id, { doing: 'unpacking' });
  mkdirSync(tree, { mode: 0o700 });
  const spool = await Spool.openToRead(archive);
  const hash = createHash('sha256');
  const unpacking = unpack(tree);
  try {
    for await (const chunk of spool.read()) {
      hash.update(chunk);
      await writeTo(unpacking, chunk);
    }
    unpacking.input.end();
    await unpacking.ended;
  } finally {
    unpacking.stop();
    await spool.close();
  }
  if (hash.digest('hex') !== verified?.sha256) throw diskFault();
  // Devices, sockets and pipes are refused once more, by what is there.
  let looked = 0;
  for (const entry of scanTree(tree)) if (entry !== undefined && ++looked % 1000 === 0) await breathe();
}

/** Where tar has ended there is nothing to wait for: why is told by its end. The chunk is written before it answers. */
async function writeTo({ input, ended }: Unpacking, chunk: Buffer): Promise<void> {
  if (input.destroyed) return ended;
  // The buffer behind the chunk is used again for the next one.
  if (!input.write(Buffer.from(chunk))) await Promise.race([once(input, 'drain'), ended]);
}

/** The program of this host that makes what came its own: owners, permissions, renames. */
async function postSetup({ id, config, records }: Place): Promise<void> {
  const [program, ...args] = config.postSetup ?? [];
  if (program === undefined) return;
  const { live, tree } = pathsOf(config.root, id);
  records.save(id, { doing: 'post-setup' });
  try {
    await run(program, args, {
      cwd: tree,
      env: { ...process.env, CUTOVER_SITE: id, CUTOVER_TARGET: live },
      maxBuffer: 1024 * 1024,
      timeout: config.postSetupSeconds * 1000,
      killSignal: 'SIGKILL',
    });
  } catch (cause) {
    const { stderr, killed } = cause as { stderr?: string; killed?: boolean };
    const why =
      killed === true
        ? `it did not end within ${config.postSetupSeconds} s`
        : (stderr?.trim() ?? '').slice(-300) || messageOf(cause);
    throw new CutoverError('post-setup-failed', `the post-setup program of the destination failed: ${why}`, {
      next: `mend ${program} on the destination, then start the move again: nothing is sent twice, and nothing has gone live`,
      exitCode: exitCodes.stoppedByFault,
      cause,
    });
  }
}

export const inTheWay = (live: string): CutoverError =>
  new CutoverError('target-exists', `${live} is there already`, {
    next: 'move it away if it is not needed any more; a node replaces nothing',
  });

const diskFault = (): CutoverError =>
  new CutoverError('checksum-mismatch', 'the archive on the disk is not the one that was verified', {
    next: 'look at the disk and memory of the destination; clean up what has come, and start the move again',
  });
