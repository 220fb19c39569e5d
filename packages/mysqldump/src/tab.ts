/** The text of a table as SELECT … INTO OUTFILE writes it (mysqldump --tab). */
import type { Section } from './input/source.ts';
import type { Machine } from './machine.ts';
import type { DumpEvent } from './types.ts';

// eslint-disable-next-line require-yield
export async function* readTabText(
  machine: Machine,
  _bytes: AsyncGenerator<Uint8Array>,
  section: Section,
): AsyncGenerator<DumpEvent> {
  await Promise.resolve();
  machine.context.fail('layout-unsupported', `the text of table ${section.table ?? ''} is not read yet`);
}
