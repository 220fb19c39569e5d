import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { cutoverPlan } from './plan.ts';
import { withTables } from './runbook.ts';

const path = new URL('../../../docs/operations/cutover.md', import.meta.url);
const text = withTables(await readFile(path, 'utf8'), cutoverPlan);
await writeFile(path, await format(text, { ...(await resolveConfig(path)), parser: 'markdown' }));
