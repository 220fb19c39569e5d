import { exitCodes } from '@cutover/core';
import { Command } from 'commander';
import { type HubOptions, withHubOptions, withStore } from '../../hub-options.ts';
import type { Finish } from '../../main.ts';
import { outputOf } from '../../options.ts';
import { count } from '../../output.ts';

export function movesNodesCommand(finish: Finish): Command {
  return withHubOptions(
    new Command('nodes').description('The nodes that the hub knows, with their room as workers saw it last.'),
  ).action((options: HubOptions) => finish(run(options)));
}

async function run(options: HubOptions): Promise<number> {
  const out = outputOf(options);
  const known = await withStore(options, (store) => store.read((rows) => rows.nodes()));
  const nodes = known.map(({ id, url, tokenId, limit, drained, freeBytes, seenAt, unseen }) => ({
    ...{ id, url, tokenId, limit, drained, freeBytes, seenAt, unseen },
  }));
  for (const { id, url, limit, drained, freeBytes, unseen } of nodes) {
    const room = freeBytes === null ? 'not seen yet' : `${count(freeBytes)} bytes free`;
    out.line(`${id}  ${url}  ${room}, at most ${limit} moves at once${drained ? ', drained' : ''}`);
    if (unseen !== null) out.line(`    ${unseen}`);
  }
  if (nodes.length === 0) out.note('no node; `cutover moves add-node` adds one');
  out.document({ command: 'moves nodes', nodes });
  return exitCodes.holds;
}
