import { type Check, CutoverError, exitCodes } from '@cutover/core';
import type { Profile } from '@cutover/records';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { checkCreation, checkReplays, checkStuck } from '@cutover/verify';
import { Command, InvalidArgumentError } from 'commander';
import { environment } from '../../environment.ts';
import type { Finish } from '../../main.ts';
import { type CommonOptions, httpUrl, outputOf, positiveInteger, withCommonOptions } from '../../options.ts';
import { loadProfile } from '../../profile.ts';
import { signInPassword } from '../../secret-input.ts';
import { concludeVerification } from './conclude.ts';

interface AfterMoveOptions extends CommonOptions {
  readonly public: string;
  readonly private: string;
  readonly branch: string;
  readonly maxAge: number;
  readonly target?: string;
  readonly signIn?: string;
  readonly passwordFromStdin?: boolean;
  readonly create?: string;
  readonly body?: Record<string, unknown>;
  readonly privateRows?: Record<string, number>;
  readonly yes?: boolean;
  readonly report?: string;
}

export function verifyAfterMoveCommand(finish: Finish): Command {
  const command = new Command('after-move').description(
    'Look at the new side once it is open: writes carried out twice, what was left half-way,\nand with --target and --yes one record made through the API, seen once, and taken out again.',
  );
  return withCommonOptions(command)
    .requiredOption('--public <dir>', 'bare git repository of public records')
    .requiredOption('--private <url>', 'private store')
    .option('--branch <name>', 'branch that is served', 'main')
    .option('--max-age <hours>', 'how long a request may wait for staff', positiveInteger, 72)
    .option('--target <url>', 'the new site, to make one record through its API', httpUrl)
    .option('--sign-in <login>', 'account that makes it; its password comes from CUTOVER_SIGN_IN_PASSWORD')
    .option('--password-from-stdin', 'read the password of --sign-in from stdin')
    .option('--create <path>', 'where it is made, below /api, e.g. /projects')
    .option('--body <json>', 'its fields; % in a text stands for a mark that nothing else has', fields)
    .option('--private-rows <json>', 'rows that belong to it in private sheets, e.g. {"profiles":1}', numbers)
    .option('--yes', 'really make it: it is public for a moment, and stays in the history')
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((options: AfterMoveOptions) => finish(verifyAfterMove(options)));
}

async function verifyAfterMove(options: AfterMoveOptions): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const profile = await loadProfile(options.profile);
  const store = await openPublicStore(options.public);
  const privates = await openPrivateStore(options.private);
  const checks = [
    await checkReplays(store, options.branch, profile.target),
    await checkStuck(privates, { claimSheet: 'api-claims', maxAgeMs: options.maxAge * 3_600_000 }),
    ...(options.target === undefined ? [] : [await creation(options, options.target, profile)]),
  ];
  return concludeVerification(out, {
    command: 'verify after-move',
    startedAt,
    checks,
    report: options.report,
  });
}

async function creation(options: AfterMoveOptions, url: string, profile: Profile): Promise<Check> {
  const { signIn, yes, create, body } = options;
  if (signIn === undefined || create === undefined || body === undefined || yes !== true) {
    throw new CutoverError('creation-not-agreed', '--target makes a record on the new site', {
      next: 'give --sign-in, --create, --body and --yes; without --target nothing is made',
      exitCode: exitCodes.usage,
    });
  }
  return checkCreation({
    url,
    login: signIn,
    password: await signInPassword(options.passwordFromStdin === true),
    path: create,
    body,
    store: await openPublicStore(options.public),
    branch: options.branch,
    sheets: new Set(profile.target.sheets.map(({ name }) => name)),
    privates: await openPrivateStore(options.private),
    privateRows: options.privateRows ?? {},
    internalSecret: environment('CUTOVER_INTERNAL_SECRET'),
  });
}

function fields(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError('It must be a JSON object.');
}

function numbers(text: string): Record<string, number> {
  const value = fields(text);
  if (Object.values(value).every((one) => one === 0 || one === 1)) return value as Record<string, number>;
  throw new InvalidArgumentError('It must be a JSON object of 0 and 1.');
}
