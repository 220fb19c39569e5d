import { stat, statfs } from 'node:fs/promises';
import { type Check, concludeCheck, type Finding, messageOf } from '@cutover/core';
import type { RunContext } from '../../context.ts';

/** Scratch lookups, two stores, their second copy in the rollback, in bytes a byte of source; and what is left over. */
const factor = 6;
const margin = 512 * 2 ** 20;

/**
 * Whether the volumes of the run and of stores on this machine have room for a source of so many bytes. Stores that
 * lie on one volume with the run share its room, as they share the estimate.
 */
export async function checkVolumes(context: RunContext, sourceBytes: number): Promise<Check> {
  const file = context.options.site?.file;
  const places = [context.dir, file?.stores.public, localDir(file?.stores.private)];
  const findings: Finding[] = [];
  const free: Record<string, number> = {};
  const need = margin + factor * sourceBytes;
  const volumes = new Set<number>();
  for (const place of places) {
    if (place === undefined) continue;
    try {
      const { dev } = await stat(place);
      if (volumes.has(dev)) continue;
      volumes.add(dev);
      const { bavail, bsize } = await statfs(place);
      free[place] = bavail * bsize;
    } catch (error) {
      findings.push({
        code: 'volume-unknown',
        message: messageOf(error),
        subject: place,
        next: `make ${place}, or mend the run file`,
      });
      continue;
    }
    if (free[place] >= need) continue;
    findings.push({
      code: 'disk-too-small',
      message: `${free[place]} bytes are free in ${place}, about ${need} are needed`,
      subject: place,
      next: `free space there, or put it on another volume${place === context.dir ? ' with --state-dir' : ''}`,
    });
  }
  return concludeCheck({
    id: 'preflight-disk',
    title: 'The disk has room for the estimate',
    looked: volumes.size,
    expected: `${need} bytes`,
    actual: free,
    findings,
  });
}

/** Folder of a store on this machine. */
export const localDir = (url: string | undefined): string | undefined =>
  url === undefined || url.startsWith('s3:') ? undefined : url.replace(/^file:\/\//, '');
