import { CutoverError, exitCodes } from '@cutover/core';

/** How the connection is protected: certificate and name verified, or not encrypted at all. */
export type TlsMode = 'verify' | 'off';

/** Where the legacy server is, without the password. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Unix socket instead of host and port. */
  readonly socket?: string;
  readonly tls: TlsMode;
  /** File of certificate authorities (PEM) instead of the system's. */
  readonly tlsCa?: string;
  /** Name that the certificate must carry where it is not the host's, as behind a tunnel. */
  readonly tlsName?: string;
}

const parameters = new Set(['tls', 'tls-ca', 'tls-name', 'socket']);

/**
 * Reads `mysql://user@host:3306/database?tls=verify|off&tls-ca=FILE&tls-name=NAME&socket=PATH`.
 * Throws CutoverError `source-url` (exit 64) for anything else, and `source-url-password` for a URL with a
 * password: arguments are seen by every user of the machine. Neither message repeats the URL.
 */
export function parseSourceUrl(text: string): ServerAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^(mysql|mariadb):$/.test(url.protocol)) throw unusable('it is no mysql:// URL');
  if (url.password !== '') {
    throw new CutoverError('source-url-password', 'the source URL holds a password', {
      next: 'take it out, change it (others may have seen it), and give it in CUTOVER_SOURCE_PASSWORD, with --source-password-file, or with --password-from-stdin',
      exitCode: exitCodes.usage,
    });
  }
  for (const name of url.searchParams.keys()) {
    if (!parameters.has(name)) throw unusable(`there is no parameter ${name}`);
  }
  const path = url.pathname.replace(/^\//, '');
  const database = decoded(path);
  const user = decoded(url.username);
  if (database === '' || path.includes('/')) throw unusable('it must name one database');
  if (user === '') throw unusable('it must name a user');
  const tls = url.searchParams.get('tls');
  const socket = url.searchParams.get('socket');
  if (tls !== null && tls !== 'verify' && tls !== 'off') throw unusable('tls is verify or off');
  if (url.hostname === '' && socket === null) throw unusable('it must name a host');
  const tlsCa = url.searchParams.get('tls-ca');
  const tlsName = url.searchParams.get('tls-name');
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 3306 : Number(url.port),
    user,
    database,
    tls: tls ?? (socket === null ? 'verify' : 'off'),
    ...(socket === null ? {} : { socket }),
    ...(tlsCa === null ? {} : { tlsCa }),
    ...(tlsName === null ? {} : { tlsName }),
  };
}

/** The address as messages and reports show it. */
export function shownAddress(address: ServerAddress): string {
  const place = address.socket === undefined ? `${address.host}:${address.port}` : address.socket;
  return `${address.user}@${place}/${address.database}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unusable('a % in it is not followed by two hexadecimal digits');
  }
}

function unusable(why: string): CutoverError {
  return new CutoverError('source-url', `the source URL cannot be used: ${why}`, {
    next: 'give mysql://user@host:3306/database, with ?tls=off only on a connection that is safe otherwise',
    exitCode: exitCodes.usage,
  });
}
