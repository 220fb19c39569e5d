import { parentPort, workerData } from 'node:worker_threads';
import { tellError, type ToldError } from '@cutover/core';
import { loadProfile } from '../load-profile.ts';
import { type GroupInput, GroupMerger, type GroupOutput, type MergeBasis } from './merge-group.ts';
import { type ClaimsInput, type ClaimsOutput, mergeClaims } from './merge-claims.ts';
import type { MergeModule } from './merge-threads.ts';

/** What a merging thread is started with. */
export interface MergeThreadInput {
  readonly profile: MergeModule;
  readonly basis: { readonly key: Uint8Array; readonly claimed: MergeBasis['claimed'] };
}

/** What a thread may be asked to merge. */
export type MergeJob = { readonly group: GroupInput } | { readonly claims: ClaimsInput };
export type MergeOutput = GroupOutput | ClaimsOutput;

export type MergeThreadMessage = { readonly output: MergeOutput } | { readonly failed: ToldError };

const port = parentPort!;
const { profile, basis } = workerData as MergeThreadInput;
let merger: GroupMerger | undefined;

port.on('message', (job: MergeJob) => {
  try {
    merger ??= new GroupMerger(loadProfile(profile.module, profile.name).target, {
      key: Buffer.from(basis.key),
      claimed: basis.claimed,
    });
    const output = 'group' in job ? merger.merge(job.group) : mergeClaims(job.claims);
    const buffers = output.files.map(({ bytes }) => bytes.buffer as ArrayBuffer);
    port.postMessage({ output } satisfies MergeThreadMessage, [...new Set(buffers)]);
  } catch (error) {
    port.postMessage({ failed: tellError(error) } satisfies MergeThreadMessage);
  }
});
