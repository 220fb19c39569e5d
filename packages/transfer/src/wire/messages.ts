import { CutoverError } from '@cutover/core';
import { z } from 'zod';

/** The moved folder itself, which no entry stands for. */
const rootFacts = z.object({
  mode: z.number().int().min(0).max(0o7777),
  uid: z.number().int().nonnegative(),
  gid: z.number().int().nonnegative(),
  mtimeNs: z.string().regex(/^-?\d{1,20}$/),
});
export type RootFacts = z.infer<typeof rootFacts>;

const failure = z.object({
  type: z.literal('failed'),
  code: z.string(),
  message: z.string(),
  next: z.string(),
  exitCode: z.number(),
});

/** Of a stream file: never a path. */
const partName = z.string().regex(/^pass-\d{1,6}-\d{6}$/);

/** The whole site, as measured. */
const siteSize = {
  /** Room that it takes. */
  bytes: z.number().nonnegative(),
  names: z.number().nonnegative(),
  /** With its holes. */
  siteBytes: z.number().nonnegative(),
  /** By stream files, which lie beside what is made of them. */
  staged: z.boolean(),
};
export type SiteSize = z.infer<z.ZodObject<typeof siteSize>>;

const placeAsked = z.object({ type: z.literal('check-place'), ...siteSize, replace: z.boolean() });
export type PlaceAsked = z.infer<typeof placeAsked>;

/** What the sender says outside of a pass. Every one but `ping` is answered. */
export const fromSender = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    protocol: z.number(),
    version: z.string(),
    move: z.string().regex(/^[\w.-]{1,100}$/),
    site: z.string(),
    /** A folder of that name may be replaced at the end. */
    replace: z.boolean(),
    /** Nothing is to be changed: only `census` follows. */
    look: z.boolean().optional(),
  }),
  /** Before the first pass, and again before those that follow. */
  z.object({ type: z.literal('reserve'), ...siteSize }),
  /** Would this be taken? All that speaks against it is answered, after a hello that only looks. */
  placeAsked,
  z.object({ type: z.literal('pass'), pass: z.number() }),
  z.object({ type: z.literal('pass-end') }),
  /** Content of a stream file follows as `data`, from where the answer says. */
  z.object({
    type: z.literal('part'),
    name: partName,
    sizeBytes: z.number().int().positive(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  z.object({ type: z.literal('part-end') }),
  /** A pass that lies in stream files, in this order. */
  z.object({ type: z.literal('pass-of-parts'), pass: z.number(), names: z.array(partName).max(100_000) }),
  z.object({ type: z.literal('verify') }),
  z.object({ type: z.literal('verify-end') }),
  /** How many replaced trees stay beside the new one. */
  z.object({ type: z.literal('finalize'), generations: z.number().int().nonnegative(), root: rootFacts }),
  /** Remove what was received and not finalized. */
  z.object({ type: z.literal('discard') }),
  /** How a move stands here, and what is in the folders that were to be started clean. */
  z.object({ type: z.literal('census'), empty: z.array(z.string().max(4096)).max(1000) }),
  /** Answered at once: how long that takes tells of the link. */
  z.object({ type: z.literal('measure') }),
  z.object({ type: z.literal('ping') }),
  failure,
]);
export type FromSender = z.infer<typeof fromSender>;

const passed = z.object({
  type: z.literal('passed'),
  files: z.number(),
  entries: z.number(),
  receivedFiles: z.number(),
  receivedBytes: z.number(),
  removed: z.number(),
  /** Files whose digest was not that of what arrived: not taken over. */
  corrupt: z.number(),
  /** Files that changed or went while they were read. */
  unsettled: z.number(),
});

const verified = z.object({
  type: z.literal('verified'),
  entries: z.number(),
  bytes: z.number(),
  differences: z.number(),
  /** The first of them. */
  shown: z.array(z.object({ what: z.string(), path: z.string() })),
  digest: z.string(),
});

const done = z.object({
  type: z.literal('done'),
  path: z.string(),
  entries: z.number(),
  bytes: z.number(),
  digest: z.string(),
  finishedAt: z.string(),
  replaced: z.string().nullable(),
});
export type Done = z.infer<typeof done>;

const census = z.object({
  type: z.literal('census'),
  phase: z.string(),
  live: z.boolean(),
  /** Names in the staging folder that a finished move does not have. */
  leftovers: z.array(z.string()),
  empty: z.array(
    z.object({
      path: z.string(),
      /** The first names that were there before the move had ended. */
      older: z.array(z.string()),
      olderTotal: z.number(),
    }),
  ),
});
export type Census = z.infer<typeof census>;

const placeChecked = z.object({
  type: z.literal('place-checked'),
  refusals: z.array(
    z.object({
      part: z.enum(['writable', 'target', 'room', 'limits']),
      code: z.string(),
      message: z.string(),
      next: z.string(),
    }),
  ),
});
export type PlaceChecked = z.infer<typeof placeChecked>;

/** What the receiver answers. `done` is the one word by which a move has succeeded. */
export const fromReceiver = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    protocol: z.number(),
    version: z.string(),
    host: z.string(),
    user: z.string(),
    path: z.string(),
    /** A folder is there already. */
    exists: z.boolean(),
    keepsOwners: z.boolean(),
    freeBytes: z.number(),
    freeFiles: z.number(),
    /** `finalizing`: it was verified and told to go live; only that can be gone on with. */
    phase: z.enum(['receiving', 'finalizing', 'done']),
    /** The move has been finished already. */
    done: done.nullable(),
  }),
  /** `missing`: bytes that are to come. */
  z.object({ type: z.literal('reserved'), missing: z.number() }),
  placeChecked,
  z.object({ type: z.literal('pong') }),
  z.object({ type: z.literal('discarded') }),
  z.object({ type: z.literal('measured') }),
  census,
  /** So much of the stream file is there; all of it, where nothing need come. */
  z.object({ type: z.literal('part-at'), offset: z.number().int().nonnegative() }),
  /** Whether it is the one that was announced; else it was removed. */
  z.object({ type: z.literal('part-kept'), whole: z.boolean() }),
  passed,
  verified,
  done,
  failure,
]);
export type FromReceiver = z.infer<typeof fromReceiver>;
export type Passed = z.infer<typeof passed>;
export type Verified = z.infer<typeof verified>;
export type Welcome = Extract<FromReceiver, { type: 'welcome' }>;

/** Which entries of a batch the receiver lacks, and from which byte on. */
export const wants = z.array(
  z.union([
    z.tuple([z.number().int().nonnegative()]),
    /** Index, offset, CRC-32 of the bytes before it. */
    z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative(), z.string()]),
  ]),
);
export type Wants = z.infer<typeof wants>;

/** Throws CutoverError `protocol` where the other side says what this version does not know. */
export function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new CutoverError('protocol', 'the other side says something that is not known here', {
    next: 'run the same version of cutover on both hosts',
    data: {
      issues: result.error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.')}: ${message}`),
    },
  });
}
