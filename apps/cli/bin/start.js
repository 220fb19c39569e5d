import { main } from '../src/main.ts';

// Whoever reads our output may stop reading, as `head` does. That is no fault.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
process.exitCode = await main(process.argv.slice(2));
