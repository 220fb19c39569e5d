import { resolve } from 'node:path';
import { exitCodes } from '@cutover/core';
import { work } from '@cutover/hub';
import { Command } from 'commander';
import { type HubOptions, hubConfigOf, withHubOptions } from '../hub-options.ts';
import type { Finish } from '../main.ts';
import type { Output } from '../output.ts';
import { outputOf, positiveInteger } from '../options.ts';
import { version } from '../version.ts';

interface WorkerOptions extends HubOptions {
  readonly jobs: number;
  readonly once?: boolean;
}

const leaveMs = 1000;

export function workerCommand(finish: Finish): Command {
  return withHubOptions(
    new Command('worker').description(
      'Carry out the moves of the queue until told to stop. Any number of workers on any machines share a queue in PostgreSQL; what one that ends was at is gone on with by another. Exit 5 where others took it for dead.',
    ),
  )
    .option('--jobs <n>', 'moves at once', positiveInteger, 4)
    .option('--once', 'end when the queue is empty')
    .action((options: WorkerOptions) => finish(run(options)));
}

async function run(options: WorkerOptions): Promise<number> {
  const out = outputOf(options);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  try {
    await drive(options, out, stop.signal);
  } finally {
    // The engine may have something open yet, as after a launch that failed.
    setTimeout(() => process.exit(), leaveMs).unref();
  }
  return exitCodes.holds;
}

async function drive(options: WorkerOptions, out: Output, signal: AbortSignal): Promise<void> {
  await work({
    ...{ config: hubConfigOf(options), stateDir: resolve(options.stateDir), version, jobs: options.jobs },
    ...{ once: options.once === true, signal },
    onStart: ({ id, place }) => {
      out.line(`worker ${id}, queue in ${place}`);
      out.document({ command: 'worker', worker: id, queue: place });
    },
    onEvent: ({ level, message }) => out.note(level === 'info' ? message : `${level}: ${message}`),
  });
}
