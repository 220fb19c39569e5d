import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dumpSource, readWaivers } from '@cutover/importer';
import { laddr } from '@cutover/laddr';
import { type DriveInput, readRunFile, type Site } from '../src/index.ts';

/** A real run of the run file `cutover.toml` in a folder, with its state in `state`: irreversible steps are agreed to. */
export async function siteInput(dir: string): Promise<DriveInput> {
  const file = await readRunFile(join(dir, 'cutover.toml'));
  const site: Site = {
    file,
    environment: process.env,
    openDump: (files) => Promise.resolve({ files, source: dumpSource([...files]) }),
  };
  return {
    mode: 'real',
    command: 'run',
    stateDir: join(dir, 'state'),
    options: {
      profile: laddr,
      dump: [],
      lenient: false,
      branch: file.stores.branch,
      into: file.stores.into,
      waivers: await readWaivers(file.stores.waivers!),
      toolVersion: 'test',
      boot: () => Promise.reject(new Error('the new system is there already')),
      site,
    },
    yesTo: ['19-flip', '22-open'],
    unrehearsed: 'a test',
  };
}

/** The folder of the run that was begun there; one that was killed before its first line is none. */
export function begunRun(dir: string): string | undefined {
  const runs = join(dir, 'state', 'runs');
  const name = readdirSync(runs).find((one) =>
    readFileSync(join(runs, one, 'journal.jsonl'), 'utf8').includes('\n'),
  );
  return name === undefined ? undefined : join(runs, name);
}
