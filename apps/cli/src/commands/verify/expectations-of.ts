import { join } from 'node:path';
import { dumpSource, type Expectation, importDump, readExpectations } from '@cutover/importer';
import type { Profile } from '@cutover/records';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { dumpFiles } from '../../dump-files.ts';
import { type CommonOptions, type DumpOptions, dumpOptionsOf } from '../../options.ts';
import type { Output } from '../../output.ts';
import { profileModule } from '../../profile.ts';
import { tuneHeap } from '../../tune-heap.ts';
import { version } from '../../version.ts';

/** What the rows of a dump owe the new site: maps them, with scratch below `workDir`, which the caller removes. */
export async function* expectationsOf(
  dump: readonly string[],
  options: DumpOptions & Pick<CommonOptions, 'profile'> & { readonly asOf?: string },
  profile: Profile,
  workDir: string,
  out: Output,
): AsyncGenerator<Expectation> {
  tuneHeap();
  const expectations = join(workDir, 'expectations.jsonl');
  const { files } = await dumpFiles(dump, workDir);
  await importDump({
    profile,
    source: dumpSource(files, dumpOptionsOf(options)),
    publicStore: await openPublicStore(join(workDir, 'public.git'), { create: true }),
    privateStore: await openPrivateStore(join(workDir, 'private'), { create: true }),
    branch: 'legacy-import',
    toolVersion: version,
    workDir,
    threads: { profileModule: profileModule(options.profile) },
    dryRun: true,
    expectations,
    onEvent: out.onEvent,
    ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
  });
  yield* readExpectations(expectations);
}
