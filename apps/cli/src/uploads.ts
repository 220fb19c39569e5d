import { resolve } from 'node:path';
import type { Command } from 'commander';
import { CutoverError, exitCodes } from '@cutover/core';
import type { UploadOptions } from '@cutover/importer';
import { type CommonOptions, positiveInteger } from './options.ts';
import { version } from './version.ts';

export interface UploadCommandOptions {
  readonly files?: string;
  readonly filesFrom?: string;
  readonly legacyHost?: readonly string[];
  readonly filesInGit?: number;
  readonly withoutFiles?: boolean;
}

/** Names of these options, for those that exclude them. */
export const uploadOptionNames = ['files', 'filesFrom', 'legacyHost', 'filesInGit'] as const;

/** What every command takes that takes uploads over. */
export function withUploadOptions(command: Command): Command {
  return command
    .option('--files <dir>', 'folder of the legacy system’s uploads: taken over with their records')
    .option('--files-from <url>', 'address of the legacy site, where uploads are fetched from')
    .option('--legacy-host <host...>', 'names of the legacy site, by which texts link to its uploads')
    .option(
      '--files-in-git <bytes>',
      'a larger upload goes to the private store’s public bucket; 1 MiB by default',
      positiveInteger,
    );
}

/** Where uploads come from, as it was asked for. Throws CutoverError `options-conflict`, `files-missing` or `files-address`. */
export async function uploadsOf(
  options: UploadCommandOptions & Pick<CommonOptions, 'stateDir'>,
): Promise<UploadOptions | undefined> {
  const { files, filesFrom, legacyHost, filesInGit, withoutFiles } = options;
  const given = [files !== undefined && '--files', filesFrom !== undefined && '--files-from'].filter(Boolean);
  if (given.length + (withoutFiles === true ? 1 : 0) > 1) {
    throw conflict('only one of --files, --files-from and --without-files can be given');
  }
  if (given.length === 0) {
    if (legacyHost === undefined && filesInGit === undefined) return undefined;
    throw conflict('--legacy-host and --files-in-git say nothing without --files or --files-from');
  }
  // Loaded when it is asked for: a password that is refused is told before.
  const { fetchedFiles, folderFiles } = await import('@cutover/importer');
  const source =
    files === undefined
      ? fetchedFiles(filesFrom!, {
          cacheDir: resolve(options.stateDir, 'files'),
          userAgent: `cutover/${version}`,
        })
      : await folderFiles(files);
  return {
    source,
    ...(legacyHost === undefined ? {} : { legacyHosts: legacyHost }),
    ...(filesInGit === undefined ? {} : { inGitBytes: filesInGit }),
  };
}

function conflict(message: string): CutoverError {
  return new CutoverError('options-conflict', message, {
    next: 'give one source of uploads, and what goes with it',
    exitCode: exitCodes.usage,
  });
}
