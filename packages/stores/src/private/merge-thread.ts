import { parentPort, workerData } from 'node:worker_threads';
import { tellError, type ToldError } from '@cutover/core';
import { loadProfile } from '../load-profile.ts';
import { type GroupInput, GroupMerger, type GroupOutput, type MergeBasis } from './merge-group.ts';
import type { MergeModule } from './merge-threads.ts';

/** What a merging thread is started with. */
export interface MergeThreadInput {
  readonly profile: MergeModule;
  readonly basis: { readonly key: Uint8Array; readonly claimed: MergeBasis['claimed'] };
}

export type MergeThreadMessage = { readonly output: GroupOutput } | { readonly failed: ToldError };

const port = parentPort!;
const { profile, basis } = workerData as MergeThreadInput;
let merger: GroupMerger | undefined;

port.on('message', (group: GroupInput) => {
  try {
    merger ??= new GroupMerger(loadProfile(profile.module, profile.name).target, {
      key: Buffer.from(basis.key),
      claimed: basis.claimed,
    });
    const output = merger.merge(group);
    const buffers = output.files.map(({ bytes }) => bytes.buffer as ArrayBuffer);
    port.postMessage({ output } satisfies MergeThreadMessage, [...new Set(buffers)]);
  } catch (error) {
    port.postMessage({ failed: tellError(error) } satisfies MergeThreadMessage);
  }
});
