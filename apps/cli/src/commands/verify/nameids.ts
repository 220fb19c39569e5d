import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Check, CutoverError, exitCodes } from '@cutover/core';
import type { IdentityRule } from '@cutover/records';
import { openPrivateStore, openPublicStore, type PublicStore } from '@cutover/stores';
import {
  type ActualNameId,
  checkAssertions,
  checkNameIdReuse,
  checkNameIds,
  collectGuide,
  type ExpectedNameId,
  readCaptures,
  readCertificate,
  readFactWaivers,
} from '@cutover/verify';
import { Command } from 'commander';
import type { Expectation } from '@cutover/importer';
import type { Finish } from '../../main.ts';
import {
  type CommonOptions,
  type DumpOptions,
  httpUrl,
  moment,
  outputOf,
  withCommonOptions,
  withDumpOptions,
} from '../../options.ts';
import { loadProfile } from '../../profile.ts';
import { fileText, type SamlCliOptions, withSamlOptions } from '../../saml-options.ts';
import { concludeVerification } from './conclude.ts';
import { expectationsOf } from './expectations-of.ts';
import { issuerOf } from './issue-assertion.ts';

export interface NameIdsOptions extends CommonOptions, DumpOptions, SamlCliOptions {
  readonly collect?: boolean;
  readonly dump?: string[];
  readonly asOf?: string;
  readonly public?: string;
  readonly private?: string;
  readonly branch: string;
  readonly captured?: string;
  readonly legacyCertificate?: string;
  readonly waivers?: string;
  readonly idp?: string;
  readonly report?: string;
}

export function verifyNameIdsCommand(finish: Finish): Command {
  const command = new Command('nameids').description(
    'Hold what the new identity provider will assert against what legacy did.\nWith --dump for everybody, byte for byte; with --captured the whole assertion of people whom legacy was captured about.',
  );
  return withSamlOptions(withDumpOptions(withCommonOptions(command)))
    .option('--collect', 'explain how to capture what legacy asserts, and do nothing else')
    .option('--dump <file...>', 'mysqldump files: what legacy asserted of everybody')
    .option('--as-of <time>', 'when the dump was taken, where it does not say so', moment)
    .option('--public <dir>', 'bare git repository of public records')
    .option('--private <url>', 'private store: its claims of NameIDs, and the values that assertions have')
    .option('--branch <name>', 'branch that is served', 'legacy-import')
    .option('--captured <dir>', 'folder of captured legacy responses: base64, form bodies or XML')
    .option('--legacy-certificate <file>', 'certificate that legacy signs with; never that of a response')
    .option('--waivers <file>', 'differences that are meant, as TOML: [[waiver]] fact, legacy, new, reason')
    .option(
      '--idp <url>',
      'ask this running identity provider with the session in CUTOVER_IDP_COOKIE, instead of building assertions here',
      httpUrl,
    )
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((options: NameIdsOptions) => finish(verifyNameIds(options)));
}

async function verifyNameIds(options: NameIdsOptions): Promise<number> {
  const out = outputOf(options);
  if (options.collect === true) {
    out.line(collectGuide);
    out.document({ guide: collectGuide });
    return exitCodes.holds;
  }
  const startedAt = new Date().toISOString();
  const checks = [
    ...(options.public === undefined ? [] : await checkEverybody(options, options.public)),
    ...(options.captured === undefined ? [] : [await checkCaptured(options, options.captured)]),
  ];
  if (checks.length === 0) throw nothingGiven();
  return concludeVerification(out, { command: 'verify nameids', startedAt, checks, report: options.report });
}

async function checkEverybody(options: NameIdsOptions, publicDir: string): Promise<Check[]> {
  const profile = await loadProfile(options.profile);
  const { identity } = profile;
  if (identity === undefined) throw noIdentity(profile.name);
  const store = await openPublicStore(publicDir);
  await store.headOf(options.branch);
  const claims = options.private === undefined ? undefined : (await openPrivateStore(options.private)).claims;
  const reuse = await checkNameIdReuse(store, options.branch, identity, claims);
  if (options.dump === undefined) return [reuse];
  await mkdir(options.stateDir, { recursive: true, mode: 0o700 });
  const workDir = await mkdtemp(join(resolve(options.stateDir), 'nameids-'));
  try {
    const expected = expectationsOf(options.dump, options, profile, workDir, outputOf(options));
    return [
      await checkNameIds(legacyNameIds(expected), storedNameIds(store, options.branch, identity)),
      reuse,
    ];
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

async function checkCaptured(options: NameIdsOptions, dir: string): Promise<Check> {
  if (options.legacyCertificate === undefined) throw noLegacyCertificate();
  const issuer = await issuerOf(options);
  return checkAssertions({
    captures: await readCaptures(dir),
    certificate: readCertificate(await fileText(options.legacyCertificate)),
    newCertificate: issuer.certificate,
    issue: issuer.issue,
    waivers: options.waivers === undefined ? [] : await readFactWaivers(options.waivers),
  });
}

async function* legacyNameIds(expectations: AsyncIterable<Expectation>): AsyncGenerator<ExpectedNameId> {
  for await (const { row, nameId } of expectations) if (nameId !== undefined) yield { row, ...nameId };
}

async function* storedNameIds(
  store: PublicStore,
  branch: string,
  identity: IdentityRule,
): AsyncGenerator<ActualNameId> {
  const head = await store.head(branch);
  if (head === undefined) return;
  const changes = await store.changes(undefined, head.commit, new Set([identity.sheet]));
  for (const { id, after } of changes.records.values()) {
    const value = after?.fields[identity.field];
    if (typeof value === 'string') yield { id, value };
  }
}

function nothingGiven(): CutoverError {
  return new CutoverError('nameids-nothing-given', 'there is nothing to look at', {
    next: 'give --public with --dump, or --captured with --legacy-certificate; --collect explains how to capture',
    exitCode: exitCodes.usage,
  });
}

function noIdentity(profile: string): CutoverError {
  return new CutoverError('profile-without-identity', `the profile ${profile} has no identifiers to keep`, {
    next: 'there is nothing to verify here for this legacy system',
    exitCode: exitCodes.usage,
  });
}

function noLegacyCertificate(): CutoverError {
  return new CutoverError('legacy-certificate-missing', '--captured was given without --legacy-certificate', {
    next: 'give the certificate that legacy signs with, from its metadata or its configuration',
    exitCode: exitCodes.usage,
  });
}
