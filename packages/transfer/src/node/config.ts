import { lstatSync } from 'node:fs';
import { z } from 'zod';
import { hook } from '../send/lockdown.ts';
import { ConfigFile } from './config-file.ts';

const httpsUrl = z
  .url({ protocol: /^https$/ })
  .transform((url) => url.replace(/\/+$/, ''))
  .describe('https only');

/** The file that `cutover node --config` reads. Paths are relative to it; secrets lie in files of their own. */
const configFile = z.strictObject({
  /** Of this node; a token must name it as its subject. */
  id: z.string().regex(/^[\w.-]{1,100}$/),
  /** Under which this node is reached; a token must name it as its audience. */
  url: httpsUrl,
  listen: z.strictObject({ host: z.string(), port: z.number().int().min(0).max(65535) }),
  tls: z.strictObject({ certificate: z.string(), key: z.string(), ca: z.string().optional() }),
  /** Where servers lie, each in a folder named by its UUID. */
  root: z.string(),
  /** Who issues tokens and is told how moves end. */
  hub: z.strictObject({ url: httpsUrl }),
  /** The name of this node's key; the key itself is in `tokenFile`. */
  tokenId: z.string().regex(/^[\w-]{1,100}$/),
  tokenFile: z.string(),
  /** Origins of pages that may call this node from a browser. */
  origins: z.array(z.string()).default([]),
  /** Of what is sent, and of what is received; of each move. */
  bytesPerSecond: z.number().int().min(1000).optional(),
  bytesPerSecondIn: z.number().int().min(1000).optional(),
  /** `auto`: where the link is measured to be what holds things up. */
  compress: z.enum(['auto', 'never']).default('auto'),
  /** How the server is stopped before it is sent; for longer than `watchSeconds` it must stay so. */
  lockdown: z
    .strictObject({
      hooks: z.array(hook),
      watchSeconds: z.number().int().min(0).max(600).default(150),
    })
    .default({ hooks: [], watchSeconds: 150 }),
  /** Program and arguments, run in what has come before it goes live. */
  postSetup: z.array(z.string()).min(1).optional(),
  postSetupSeconds: z.number().int().min(1).max(86_400).default(900),
  /** Without a byte for so long a move counts as timed out. */
  silenceSeconds: z.number().int().min(1).max(3600).default(60),
});

export interface NodeConfig extends Omit<z.infer<typeof configFile>, 'tls' | 'tokenFile'> {
  readonly tls: { readonly certificate: string; readonly key: string; readonly ca: string | undefined };
  readonly token: string;
}

/** Reads a node's configuration. Throws CutoverError `node-config` (exit 64, or 3 where a file is not fit). */
export function readNodeConfig(path: string): NodeConfig {
  const file = new ConfigFile(path, {
    ...{ code: 'node-config', whose: 'node', doc: 'docs/operations/nodes.md' },
  });
  const { tls, tokenFile, ...rest } = file.parse(configFile);
  const root = file.resolve(rest.root);
  const config: NodeConfig = {
    ...{ ...rest, root, token: file.longSecret(tokenFile) },
    tls: {
      certificate: file.text(tls.certificate),
      key: file.secret(tls.key),
      ca: tls.ca === undefined ? undefined : file.text(tls.ca),
    },
  };
  if (lstatSync(root, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw file.unfit(`${root} is no folder`, 'make the folder that servers lie in, or name it in root');
  return config;
}
