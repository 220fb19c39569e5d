import { type Check, concludeCheck, CutoverError, type Finding } from '@cutover/core';
import { assertFree } from '../receive/lock.ts';
import type { PlaceChecked, Welcome } from '../wire/messages.ts';
import { codedOf } from './failures.ts';
import { lookAtHooks } from './hooks-look.ts';
import type { Hook } from './lockdown.ts';
import type { MeasuredSource } from './measure-source.ts';
import { ownersLost } from './owners.ts';
import { assertSpoolRoom } from './staged-pass.ts';

/** What the destination said, or why it could not be asked. */
export interface Asked {
  readonly welcome?: Welcome;
  readonly refusals?: PlaceChecked['refusals'];
  readonly linkRate?: number;
  readonly refused?: CutoverError;
}

const findingOf = ({ code, message, next }: Pick<CutoverError, 'code' | 'message' | 'next'>): Finding => ({
  code,
  message,
  next,
});

export function sourceReadable(from: string, measured: MeasuredSource | CutoverError): Check {
  const base = { id: 'source-readable', title: 'the source can be read, and is only what can be moved' };
  return measured instanceof CutoverError
    ? concludeCheck({
        ...base,
        looked: 1,
        expected: 'readable',
        actual: measured.code,
        findings: [findingOf(measured)],
      })
    : concludeCheck({
        ...base,
        looked: measured.names + 1,
        expected: 'readable',
        actual: 'readable',
        evidence: {
          from,
          names: measured.names,
          files: measured.files,
          bytes: measured.bytes,
          withHoles: measured.apparent,
        },
      });
}

export function sourceFree(lock: string): Check {
  const findings: Finding[] = [];
  try {
    assertFree(lock);
  } catch (error) {
    findings.push(findingOf(codedOf(error)));
  }
  return concludeCheck({
    id: 'source-free',
    title: 'no other move is at work on the source',
    looked: 1,
    expected: 'nobody',
    actual: findings.length === 0 ? 'nobody' : 'another move',
    findings,
  });
}

export function reached({ welcome, refused }: Asked): Check {
  return concludeCheck({
    id: 'destination-reached',
    title: 'the destination is reached, is who it is said to be, takes the key, and understands us',
    looked: 1,
    expected: 'a receiver of this version',
    actual: refused?.code ?? welcome?.version,
    findings: refused === undefined ? [] : [findingOf(refused)],
    evidence: welcome === undefined ? {} : { host: welcome.host, user: welcome.user, path: welcome.path },
  });
}

const places = {
  writable: 'the destination’s folder can be written to',
  target: 'the name is free there, on one file system, and no other move’s',
  room: 'there is room for what is to come, and a twentieth more',
  limits: 'the site is within what the destination takes',
} as const;

export function place(part: keyof typeof places, asked: Asked, source: MeasuredSource | undefined): Check {
  const findings = (asked.refusals ?? []).filter((one) => one.part === part).map(findingOf);
  const unwritable = part !== 'writable' && asked.refusals?.some((one) => one.part === 'writable') === true;
  const couldNotTell =
    asked.refused !== undefined
      ? 'the destination was not reached'
      : asked.refusals === undefined
        ? 'the source could not be measured'
        : unwritable
          ? 'the destination’s folder cannot be used'
          : undefined;
  return concludeCheck({
    id: `destination-${part}`,
    title: places[part],
    looked: 1,
    expected: 'nothing against it',
    actual: findings.map(({ code }) => code).join(', ') || 'nothing against it',
    findings,
    couldNotTell,
    evidence: part === 'room' ? { needed: source?.bytes, free: asked.welcome?.freeBytes } : {},
  });
}

export function ownersKept(owners: boolean, source: MeasuredSource | undefined, { welcome }: Asked): Check {
  const lost = source === undefined || welcome === undefined ? undefined : ownersLost(source, welcome);
  const fails = lost?.differ === true && owners;
  return concludeCheck({
    id: 'owners-kept',
    title: 'the destination can give files to who owns them, or that does not matter',
    looked: 1,
    expected: owners ? 'kept, or one owner only' : 'said not to matter (--no-owners)',
    actual: lost === undefined ? 'kept' : lost.said,
    findings: fails
      ? [
          {
            code: 'owners-not-kept',
            message: lost.said,
            next: 'let root receive there, or say --no-owners and set them by its --post-setup program',
          },
        ]
      : [],
    couldNotTell:
      source === undefined
        ? 'the source could not be measured'
        : welcome === undefined
          ? 'the destination was not reached'
          : undefined,
  });
}

export async function hooksRunnable(hooks: readonly Hook[]): Promise<Check> {
  const seen = await lookAtHooks(hooks);
  const locked = seen.filter((one) => one.locked === true).map(({ name }) => name);
  return concludeCheck({
    id: 'lockdown-hooks',
    title: 'the programs of the lockdown are there',
    looked: seen.length,
    expected: 'programs that can be run',
    actual: locked.length === 0 ? 'not locked' : `locked by ${locked.join(', ')}`,
    findings: seen.flatMap(({ name, missing }) =>
      missing.map((program) => ({
        code: 'hook-missing',
        message: `${name}: ${program} is not there, or may not be run`,
        next: 'mend the hooks file, or install it',
      })),
    ),
    evidence: { hooks: seen.map(({ name, locked: is, said }) => ({ name, locked: is ?? null, said })) },
  });
}

export function spoolRoom(spoolDir: string, source: MeasuredSource | undefined): Check {
  const findings: Finding[] = [];
  try {
    if (source !== undefined) assertSpoolRoom(spoolDir, source.bytes);
  } catch (error) {
    findings.push(findingOf(codedOf(error)));
  }
  return concludeCheck({
    id: 'spool-room',
    title: 'there is room for the stream files',
    looked: 1,
    expected: source?.bytes,
    actual: findings.length === 0 ? 'room' : 'too little',
    findings,
    couldNotTell: source === undefined ? 'the source could not be measured' : undefined,
  });
}
