import { exitCodes } from '@cutover/core';
import { callNode, readNodeConfig, type ShownRecord } from '@cutover/transfer/node';
import { Command } from 'commander';
import type { Finish } from '../../main.ts';
import { type NodeOptions, recordOf, sayRecord, serverOf, withNodeOptions } from '../../node-options.ts';
import { outputOf } from '../../options.ts';

interface Act {
  readonly description: string;
  /** What it does, said before it is done. */
  readonly does: string;
  readonly method: 'POST' | 'DELETE';
  readonly path: (record: ShownRecord) => string;
  /** Is gone through with without being asked twice. */
  readonly atOnce?: boolean;
}

const acts = {
  cancel: {
    description:
      'Stop the move of a server that is on, at the source or at the destination. The source is as it was, and unlocked.',
    does: 'stop the move',
    method: 'DELETE',
    path: ({ id, role }) => (role === 'destination' ? `/api/transfers/${id}` : `/api/servers/${id}/transfer`),
    atOnce: true,
  },
  discard: {
    description:
      'Forget a move at the source that failed or timed out, and undo its lockdown. Where the destination may have it, look there first: both could run.',
    does: 'forget the move and unlock the server here',
    method: 'POST',
    path: ({ id }) => `/api/servers/${id}/discard`,
  },
  unlock: {
    description:
      'Undo the lockdown of a server that was moved away, so that it can be started here again. Its copy at the destination may run.',
    does: 'unlock the server here',
    method: 'POST',
    path: ({ id }) => `/api/servers/${id}/unlock`,
  },
  archive: {
    description: 'Put the folder of a server aside that its destination has.',
    does: 'move its folder to the archive of this node',
    method: 'POST',
    path: ({ id }) => `/api/servers/${id}/archive`,
  },
  'clean-up': {
    description: 'Remove from a destination what has come of a move that failed.',
    does: 'remove what has come of it',
    method: 'POST',
    path: ({ id }) => `/api/transfers/${id}/clean-up`,
  },
} satisfies Record<string, Act>;

interface ActOptions extends NodeOptions {
  readonly yes?: boolean;
}

/** One of the calls that are made about a server; what cannot be taken back says what it would do unless `--yes`. */
export function nodeActCommand(name: keyof typeof acts): (finish: Finish) => Command {
  const act: Act = acts[name];
  return (finish) => {
    const command = withNodeOptions(new Command(name).description(act.description));
    if (act.atOnce !== true) command.option('--yes', 'do it; without it only what would be done is said');
    return command.action((options: ActOptions) => finish(run(name, act, options)));
  };
}

async function run(name: string, act: Act, options: ActOptions): Promise<number> {
  const out = outputOf(options);
  const config = readNodeConfig(options.config);
  const server = serverOf(options.server);
  const before = await recordOf(config, server);
  if (act.atOnce !== true && options.yes !== true) {
    sayRecord(before, out);
    out.line(`would ${act.does}; add --yes to do it`);
    out.document({ command: `node ${name}`, dryRun: true, ...before });
    return exitCodes.holds;
  }
  const after = (await callNode(config, act.method, act.path(before))) as ShownRecord;
  const record = await recordOf(config, server);
  sayRecord(record, out);
  out.document({ command: `node ${name}`, dryRun: false, ...record });
  return after.unlockFailures === undefined ? exitCodes.holds : exitCodes.fails;
}
