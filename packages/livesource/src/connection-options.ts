import { readFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { CutoverError, exitCodes } from '@cutover/core';
import type { ConnectionOptions } from 'mysql2';
import type { ServerAddress } from './url.ts';

/** What the driver is told. Throws CutoverError `source-authorities` for a tls-ca that cannot be read. */
export function connectionOptions(address: ServerAddress, password: string | undefined): ConnectionOptions {
  const { host, port, socket, tls, tlsCa, tlsName } = address;
  return {
    user: address.user,
    database: address.database,
    charset: 'utf8mb4',
    connectTimeout: 10_000,
    enableKeepAlive: true,
    multipleStatements: false,
    // A server may ask its client for files; this one gives none.
    flags: ['-LOCAL_FILES'],
    ...(password === undefined ? {} : { password }),
    ...(socket === undefined ? { host: tlsName ?? host, port } : { socketPath: socket }),
    ...(tlsName === undefined || socket !== undefined ? {} : { stream: () => connectSocket(port, host) }),
    ...(tls === 'off'
      ? {}
      : {
          ssl: {
            rejectUnauthorized: true,
            verifyIdentity: true,
            minVersion: 'TLSv1.2',
            ...(tlsCa === undefined ? {} : { ca: readAuthorities(tlsCa) }),
          },
        }),
  };
}

function readAuthorities(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CutoverError('source-authorities', `the certificate authorities at ${path} cannot be read`, {
      next: 'give ?tls-ca= the path of a PEM file',
      exitCode: exitCodes.usage,
      cause,
    });
  }
}
