#!/usr/bin/env node
import { register } from 'tsx/esm/api';

register();
// Whoever reads our output may stop reading, as `head` does. That is no fault.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
const { main } = await import('../src/main.ts');
process.exitCode = await main(process.argv.slice(2));
