import { writeFileSync } from 'node:fs';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { addNode } from '@cutover/hub';
import { Command } from 'commander';
import { type HubOptions, withHubOptions, withStore } from '../../hub-options.ts';
import type { Finish } from '../../main.ts';
import { outputOf, positiveInteger } from '../../options.ts';

interface AddNodeOptions extends HubOptions {
  readonly id: string;
  readonly url: string;
  readonly keyFile: string;
  readonly limit?: number;
}

export function movesAddNodeCommand(finish: Finish): Command {
  return withHubOptions(
    new Command('add-node').description(
      'Make a node known to the hub. The hub makes its key, keeps it sealed, and hands it out once into a file, which is the tokenFile of the node; its tokenId is printed. A node that is known gets a new key.',
    ),
  )
    .requiredOption('--id <id>', 'of the node, as its configuration has it')
    .requiredOption('--url <url>', 'under which it is reached, https')
    .requiredOption('--key-file <file>', 'where its key is written, readable by its owner alone')
    .option(
      '--limit <n>',
      'moves at once that it is part of; without, as the configuration says',
      positiveInteger,
    )
    .action((options: AddNodeOptions) => finish(run(options)));
}

async function run(options: AddNodeOptions): Promise<number> {
  const { id, keyFile } = options;
  if (!/^[\w.-]{1,100}$/.test(id))
    throw unfit(
      'node-id',
      `${JSON.stringify(id)} cannot be the id of a node`,
      'take letters, digits, points and dashes',
    );
  const url = options.url.replace(/\/+$/, '');
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:')
    throw unfit(
      'node-url',
      `${JSON.stringify(url)} is no https address`,
      'give the address that the node has in its configuration',
    );
  const out = outputOf(options);
  const added = await withStore(options, async (store, config) => {
    // Before the hub has it: a key that nobody was given would lock the node out.
    write(keyFile, '');
    const { key, ...rest } = await addNode(
      store,
      { id, url, limit: options.limit ?? config.perHost },
      config,
    );
    write(keyFile, `${key}\n`);
    return rest;
  });
  out.line(`${id}  tokenId ${added.tokenId}, key in ${keyFile}`);
  if (!added.isNew) out.note(`${id} was known: its key before is no good any more`);
  out.document({ command: 'moves add-node', id, url, keyFile, ...added });
  return exitCodes.holds;
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600, flush: true });
  } catch (cause) {
    throw new CutoverError('key-file', `${path} cannot be written: ${messageOf(cause)}`, {
      next: 'name a file in a folder that is there',
      exitCode: exitCodes.preflightFailed,
      cause,
    });
  }
}

const unfit = (code: string, message: string, next: string): CutoverError =>
  new CutoverError(code, message, { next, exitCode: exitCodes.usage });
