import { CutoverError, exitCodes } from '@cutover/core';
import { isSshAddress, type SshAccess, sshCommand } from './ssh.ts';

export interface HttpsAccess {
  /** What the server takes for a password; it reaches git in its environment, never in its arguments. */
  readonly token: string;
  /** Certificates to trust instead of the system's. */
  readonly caFile?: string;
}

/** How another repository is reached: by the scheme of its address. */
export type RemoteAccess = { readonly ssh: SshAccess } | { readonly https: HttpsAccess };

export interface Remote {
  readonly address: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Which access an address asks for. Throws CutoverError `push-address`. */
export function schemeOf(address: string): 'ssh' | 'https' {
  if (isSshAddress(address)) return 'ssh';
  const url = /^https:\/\/[^\s]+$/.test(address) && URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined) {
    throw unfit(`${address.split('@').at(-1)} is neither an SSH nor an HTTPS address of a git repository`);
  }
  if (url.password !== '') {
    throw unfit(
      `the address of ${url.host} has a password in it, which every process of this machine can read`,
    );
  }
  return 'https';
}

function unfit(message: string): CutoverError {
  return new CutoverError('push-address', message, {
    next: 'give one like ssh://git@example.org/owner/name.git or https://example.org/owner/name.git, and the secret in a file',
    exitCode: exitCodes.usage,
  });
}

/** Address and environment that git reaches the other side with. Throws CutoverError `push-address`. */
export function remoteOf(address: string, access: RemoteAccess): Remote {
  const scheme = schemeOf(address);
  if (scheme === 'ssh' && 'ssh' in access) {
    return { address, env: { GIT_ALLOW_PROTOCOL: 'ssh', GIT_SSH_COMMAND: sshCommand(access.ssh) } };
  }
  if (scheme === 'https' && 'https' in access) return httpsRemote(address, access.https);
  throw unfit(`${address} is reached by ${scheme}, and there is no access for that`);
}

function httpsRemote(address: string, { token, caFile }: HttpsAccess): Remote {
  const url = new URL(address);
  const user = url.username === '' ? 'x-access-token' : decodeURIComponent(url.username);
  url.username = '';
  const basic = Buffer.from(`${user}:${token}`).toString('base64');
  const settings = [
    [`http.${url.origin}/.extraHeader`, `Authorization: Basic ${basic}`],
    // Git would send the header on to wherever it is redirected.
    ['http.followRedirects', 'false'],
    ['http.lowSpeedLimit', '1000'],
    ['http.lowSpeedTime', '60'],
  ];
  const env: NodeJS.ProcessEnv = { GIT_ALLOW_PROTOCOL: 'https', GIT_CONFIG_COUNT: String(settings.length) };
  for (const [i, [key, value]] of settings.entries()) {
    env[`GIT_CONFIG_KEY_${i}`] = key;
    env[`GIT_CONFIG_VALUE_${i}`] = value;
  }
  if (caFile !== undefined) env['GIT_SSL_CAINFO'] = caFile;
  return { address: url.href, env };
}
