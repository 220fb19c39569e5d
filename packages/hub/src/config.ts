import { CutoverError, exitCodes } from '@cutover/core';
import { ConfigFile } from '@cutover/transfer/node';
import { z } from 'zod';

/** The file that every process of a hub reads. Paths are relative to it; secrets lie in files of their own. */
const configFile = z.strictObject({
  /** Under which nodes reach the hub: tokens name it as their issuer. */
  url: z
    .url({ protocol: /^https$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .describe('https only'),
  /** For `cutover moves serve`. */
  listen: z.strictObject({ host: z.string(), port: z.number().int().min(0).max(65535) }).optional(),
  tls: z
    .strictObject({
      certificate: z.string().optional(),
      key: z.string().optional(),
      ca: z.string().optional(),
    })
    .default({}),
  /** Opens the queue's calls of `cutover moves serve`; without, there are none. */
  apiTokenFile: z.string().optional(),
  /** Node keys are sealed with it. */
  secretFile: z.string(),
  /** Address of the PostgreSQL database with its password; without, the queue lies in the state folder. */
  databaseUrlFile: z.string().optional(),
  /** Moves at once that a node is source or destination of, where nothing else was said when it was added. */
  perHost: z.number().int().min(1).max(100).default(2),
  attempts: z.number().int().min(1).max(100).default(5),
  /** Before the second attempt; doubled before each further one, up to an hour. */
  backoffSeconds: z.number().min(0).max(3600).default(15),
  /** A worker that is silent for so long is taken for dead. */
  leaseSeconds: z.number().min(1).max(600).default(20),
  /** For so long an attempt waits for a node that does not answer. */
  patienceSeconds: z.number().min(1).max(3600).default(120),
  /** Without any change for so long a move is stuck. */
  stuckSeconds: z.number().min(1).max(86_400).default(900),
  /** For so long the source keeps its folder aside after a move. */
  keepSourceSeconds: z
    .number()
    .min(0)
    .max(31_536_000)
    .default(7 * 86_400),
  /** For so long the row of a move that is over is kept, and its key known. */
  keepMovesSeconds: z
    .number()
    .min(0)
    .max(315_360_000)
    .default(90 * 86_400),
});

export interface HubConfig extends Omit<
  z.infer<typeof configFile>,
  'tls' | 'secretFile' | 'databaseUrlFile'
> {
  readonly tls: { readonly certificate?: string; readonly key?: string; readonly ca?: string };
  readonly secret: string;
  readonly databaseUrl: string | undefined;
  readonly apiToken: string | undefined;
}

/**
 * Reads a hub's configuration. `databaseUrl` of the environment goes before that of the file.
 *
 * @throws CutoverError `hub-config` (exit 64, or 3 where a file is not fit)
 */
export function readHubConfig(path: string, databaseUrl?: string): HubConfig {
  const file = new ConfigFile(path, {
    ...{ code: 'hub-config', whose: 'hub', doc: 'docs/operations/moves.md' },
  });
  const { tls, secretFile, databaseUrlFile, apiTokenFile, ...rest } = file.parse(configFile);
  return {
    ...rest,
    tls: {
      ...(tls.certificate === undefined ? {} : { certificate: file.text(tls.certificate) }),
      ...(tls.key === undefined ? {} : { key: file.secret(tls.key) }),
      ...(tls.ca === undefined ? {} : { ca: file.text(tls.ca) }),
    },
    secret: file.longSecret(secretFile),
    apiToken: apiTokenFile === undefined ? undefined : file.longSecret(apiTokenFile),
    databaseUrl: checkedUrl(
      databaseUrl ?? (databaseUrlFile === undefined ? undefined : file.secret(databaseUrlFile)),
    ),
  };
}

function checkedUrl(url: string | undefined): string | undefined {
  if (url === undefined || (URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol))) return url;
  // What was given may hold a password: it is not said.
  throw new CutoverError('hub-config', 'the address of the database is no postgres:// address', {
    next: 'give postgres://user:password@host:port/database',
    exitCode: exitCodes.usage,
  });
}
