import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { defaultThresholds } from '@cutover/verify';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { day, hour, minute } from '../budgets.ts';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: minute, h: hour, d: day };

/** `150s`, `3h`, `7d`, in milliseconds. */
const span = z
  .string()
  .regex(/^\d+(ms|s|m|h|d)$/, 'a time span like 150s, 30m, 3h or 7d')
  .transform((text) => {
    const [, count, unit] = /^(\d+)(\w+)$/.exec(text)!;
    return Number(count) * units[unit!]!;
  });
const share = z.number().min(0).max(1);
const text = z.string().min(1, 'must not be empty');
const address = text.regex(/^[0-9a-f.:[\]]+$/i, 'an IP address, with or without a port');
const url = z.url({ protocol: /^https?$/ });
const moment = z
  .union([
    z.date(),
    z.string().refine((one) => !Number.isNaN(Date.parse(one)), 'a time like 2026-01-31T20:00:00Z'),
  ])
  .transform((one) => new Date(one).toISOString());

const common = { timeout: span.default(5 * minute), env: z.array(text).default([]) };

const httpCall = z.strictObject({
  url,
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  body: z.unknown().optional(),
  /** Header to the environment variable that has its value: secrets stay out of the file. */
  headersFromEnv: z.record(text, text).default({}),
  /** Statuses that say it is so. */
  ok: z.array(z.number().int()).default([200, 201, 202, 204]),
});

/** One hook: an executable of the site's own, or one of the three that are ready-made. */
const hook = z.union([
  z.strictObject({ ...common, command: z.array(text).min(1), probe: z.boolean().default(false) }),
  z.strictObject({ ...common, shell: text, undoShell: text.optional(), probeShell: text.optional() }),
  z.strictObject({
    ...common,
    nsupdate: z.strictObject({
      server: address,
      zone: text,
      name: text,
      type: z.enum(['A', 'AAAA', 'CNAME']).default('A'),
      ttl: z.number().int().positive(),
      values: z.array(text).min(1),
      /** What it was, for the way back. */
      before: z.array(text).min(1),
      beforeTtl: z.number().int().positive().optional(),
      /** File with the TSIG key, as nsupdate -k takes it. */
      keyFile: text.optional(),
    }),
  }),
  z.strictObject({
    ...common,
    http: z.strictObject({ do: httpCall, undo: httpCall.optional(), probe: httpCall.optional() }),
  }),
]);
export type Hook = z.output<typeof hook>;

/** What the steps of the plan need a site's own hand for. */
export const hookNames = [
  'backup',
  'prove-backup',
  'lower-ttl',
  'maintenance',
  'freeze',
  'last-dump',
  'deploy',
  'flip',
  'open',
  'raise-ttl',
] as const;
export type HookName = (typeof hookNames)[number];

/** Who is asked by name. */
export const roles = ['lead', 'operations', 'sso', 'community'] as const;
export type Role = (typeof roles)[number];

const schema = z.strictObject({
  name: text,
  environment: z.enum(['production', 'staging', 'test']),
  profile: text.default('laddr'),
  at: moment.optional(),
  window: span.default(3 * hour),
  wayBack: span.default(30 * minute),
  source: z
    .strictObject({
      url: text.optional(),
      /** How long a server that went away is waited for, before the step is tried anew. */
      reconnectFor: span.default(minute),
      dump: z.array(text).optional(),
      asOf: moment.optional(),
      applicationUrl: text.optional(),
      canaryUrl: url.optional(),
      lenient: z.boolean().default(false),
    })
    .prefault({}),
  stores: z
    .strictObject({
      public: text.optional(),
      private: text.optional(),
      branch: text.default('legacy-import'),
      into: text.default('main'),
      remote: text.optional(),
      /** File with the keys of the remote's host, by which it is known; by default the user's own. */
      knownHosts: text.optional(),
      waivers: text.optional(),
      /** Quarantine of an earlier import in which rows were mended. */
      quarantine: text.optional(),
      /** Branch for earlier states that legacy kept; absent: they are left away. */
      history: text.optional(),
    })
    .prefault({}),
  /** Uploads that rows refer to; absent: records are made without their files. */
  files: z
    .strictObject({
      /** Where they lie on this machine: a site that is frozen need not give them any more. */
      folder: text,
      /** Names of the legacy site, by which texts link to its uploads. */
      legacyHosts: z.array(text).optional(),
      /** A larger upload goes to the private store's public bucket. */
      inGit: z.number().int().positive().optional(),
    })
    .optional(),
  target: z.strictObject({ url: url.optional(), version: text.optional() }).prefault({}),
  dns: z
    .strictObject({
      name: text,
      authoritative: z.array(address).min(1),
      resolvers: z.array(address).default([]),
      oldAddresses: z.array(address).min(1),
      newAddresses: z.array(address).min(1),
      oldTtl: z.number().int().positive(),
      lowTtl: z.number().int().positive(),
    })
    .optional(),
  saml: z.strictObject({ certificate: text, days: z.number().int().positive().default(30) }).optional(),
  mail: z.strictObject({ url: url.default('https://api.resend.com') }).optional(),
  freeze: z
    .strictObject({ window: span.default(150_000), interval: span.default(5000), since: span.default(5000) })
    .prefault({}),
  watch: z
    .strictObject({
      window: span.default(hour),
      interval: span.default(30_000),
      /** How long the first write of the new side is looked for after it was opened. */
      afterOpen: span.default(hour),
      /** What this site does not do, or nobody will do within the window: left out; all else is unknown where nobody did it. */
      notUsed: z.array(z.enum(['sign-in', 'oauth', 'saml', 'redirects'])).default([]),
      /** Legacy addresses that are asked at every look. */
      redirects: z.number().int().positive().default(10),
      maxErrors: share.default(defaultThresholds.maxServerErrors),
      maxSignInFailures: share.default(defaultThresholds.maxSignInFailures),
      maxOauthFailures: share.default(defaultThresholds.maxOauthFailures),
      maxSamlFailures: share.default(defaultThresholds.maxSamlFailures),
      /** Looks in a row at which it may be away or not ready. */
      maxInARow: z.number().int().nonnegative().default(defaultThresholds.maxInARow),
    })
    .prefault({}),
  calendar: z
    .strictObject({
      day: span.default(day),
      redirects: z.number().default(90),
      decommission: z.number().default(180),
    })
    .prefault({}),
  inventory: z.strictObject({ logs: z.array(text).min(1), ignore: z.array(text).default([]) }).optional(),
  stragglers: z
    .strictObject({ logs: z.array(text).min(1), perDay: z.number().nonnegative().default(10) })
    .optional(),
  people: z.partialRecord(z.enum(roles), text).default({}),
  /** Who is asked go or no-go, each by name. */
  go: z.array(text).default([]),
  hooks: z.partialRecord(z.enum(hookNames), hook).default({}),
  /** Hooks that this site does without, each with its reason. */
  without: z.partialRecord(z.enum([...hookNames, 'dns', 'inventory', 'stragglers']), text).default({}),
  rehearsal: z
    .strictObject({
      /** Whether hooks act in a rehearsal, on servers that nobody uses, or only say what they would do. */
      hooks: z.enum(['do', 'dry']).default('dry'),
      /** Whether people are asked in a rehearsal. */
      people: z.enum(['ask', 'assume']).default('assume'),
    })
    .prefault({}),
  lease: z.strictObject({ ttl: span.default(30_000) }).prefault({}),
  /** When a run is reported as stalled: a step that takes longer than its budget, a wait that nobody has ended. */
  watchdog: z
    .strictObject({ forgotten: span.default(hour), budgets: z.record(text, span).default({}) })
    .prefault({}),
});
export type RunFile = z.output<typeof schema> & {
  /** Of the file: paths in it are relative to this, and hooks run in it. */
  readonly folder: string;
};

/**
 * Reads a run file: TOML, every path in it relative to its folder. Throws CutoverError `run-file-unreadable`, or
 * `run-file-invalid` with everything that is wrong in it.
 */
export async function readRunFile(path: string): Promise<RunFile> {
  let raw: unknown;
  try {
    raw = parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new CutoverError('run-file-unreadable', `${path} cannot be read: ${messageOf(cause)}`, {
      next: 'give --config a run file in TOML; docs/operations/cutover.md has a whole one',
      exitCode: exitCodes.usage,
      cause,
    });
  }
  return parseRunFile(raw, path);
}

/** The same of what was read already; `path` is what errors call it. */
export function parseRunFile(raw: unknown, path: string): RunFile {
  const parsed = schema.safeParse(camel(raw));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.map((part) => kebab(String(part))).join('.') || 'the file'}: ${issue.message}`,
    );
    throw new CutoverError('run-file-invalid', `${path} is not right: ${problems.join('; ')}`, {
      next: 'mend these settings; docs/operations/cutover.md says what each is for',
      data: { problems },
      exitCode: exitCodes.usage,
    });
  }
  return withPaths(parsed.data, dirname(path));
}

function withPaths(file: z.output<typeof schema>, folder: string): RunFile {
  const at = (path: string): string => (isAbsolute(path) || path === '-' ? path : join(folder, path));
  const local = (place: string): string => (place.includes('://') ? place : at(place));
  const { source, stores, files, inventory, stragglers, saml } = file;
  return {
    ...file,
    folder,
    source: { ...source, ...(source.dump === undefined ? {} : { dump: source.dump.map(at) }) },
    stores: {
      ...stores,
      ...(stores.public === undefined ? {} : { public: at(stores.public) }),
      ...(stores.private === undefined ? {} : { private: local(stores.private) }),
      ...(stores.waivers === undefined ? {} : { waivers: at(stores.waivers) }),
      ...(stores.quarantine === undefined ? {} : { quarantine: at(stores.quarantine) }),
      ...(stores.knownHosts === undefined ? {} : { knownHosts: at(stores.knownHosts) }),
    },
    ...(files === undefined ? {} : { files: { ...files, folder: at(files.folder) } }),
    ...(inventory === undefined ? {} : { inventory: { ...inventory, logs: inventory.logs.map(at) } }),
    ...(stragglers === undefined ? {} : { stragglers: { ...stragglers, logs: stragglers.logs.map(at) } }),
    ...(saml === undefined ? {} : { saml: { ...saml, certificate: at(saml.certificate) } }),
    hooks: Object.fromEntries(
      Object.entries(file.hooks).map(([name, one]) => [name, hookWithPaths(one, at)]),
    ) as RunFile['hooks'],
  };
}

function hookWithPaths(one: Hook, at: (path: string) => string): Hook {
  if ('command' in one) {
    const [program, ...rest] = one.command as [string, ...string[]];
    // A name without a folder is looked for on the PATH.
    return { ...one, command: [program.includes('/') ? at(program) : program, ...rest] };
  }
  if ('nsupdate' in one && one.nsupdate.keyFile !== undefined)
    return { ...one, nsupdate: { ...one.nsupdate, keyFile: at(one.nsupdate.keyFile) } };
  return one;
}

/** Keys as TOML has them (`old-ttl`) to those of the schema; names of hooks, headers and bodies stay. */
function camel(value: unknown, verbatim = false): unknown {
  if (Array.isArray(value)) return value.map((one) => camel(one, verbatim));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      if (verbatim) return [key, camel(one)];
      const named = key.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
      return [named, named === 'body' ? one : camel(one, namesKeys.has(named))];
    }),
  );
}

const namesKeys: ReadonlySet<string> = new Set(['hooks', 'without', 'people', 'headersFromEnv', 'budgets']);
const kebab = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
