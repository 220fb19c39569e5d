import { awkwardCases, caseMoment, fixtureRows, laddr } from '../../src/index.ts';
import { MemoryEngine, type MappedRow } from './memory-engine.ts';

/** Everything that is known to be awkward, beside the fixtures that it refers to, mapped. */
export function mapCases(options: { loadableOnly?: boolean } = {}): MappedRow[] {
  const engine = new MemoryEngine(laddr, caseMoment);
  for (const [table, rows] of Object.entries(fixtureRows)) for (const row of rows) engine.add(table, row);
  for (const { table, row, loadable } of awkwardCases) {
    if (loadable || options.loadableOnly !== true) engine.add(table, row);
  }
  return engine.map();
}
