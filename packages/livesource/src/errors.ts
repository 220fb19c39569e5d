import { CutoverError, type CutoverErrorOptions, exitCodes } from '@cutover/core';

/** What mysql2 and the server say of an error. */
interface DriverError {
  readonly code?: string;
  readonly errno?: number;
  readonly sqlState?: string;
  readonly message?: string;
  /** Of errors of node: what was being called, and for which file. */
  readonly syscall?: string;
  readonly path?: string;
}

const lostCodes = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_PACKETS_OUT_OF_ORDER',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EAI_AGAIN',
  'SOURCE_SILENT',
]);

/** 1053 shutdown, 1077/1079 shutting down, 1152/1184 aborted, 1158–1161 network, 1927 killed, 2006/2013 gone, 4031 idle. */
const lostNumbers = new Set([
  1040, 1053, 1077, 1079, 1152, 1158, 1159, 1160, 1161, 1184, 1203, 1927, 2006, 2013, 4031,
]);

/** 1205 lock wait, 1213 deadlock, 1317 interrupted, 1907/1969/3024 statement time. */
const againNumbers = new Set([1205, 1213, 1317, 1969, 3024]);

/** As the driver says it when a connection ends. */
export function connectionClosed(): Error {
  return Object.assign(new Error('the connection is closed'), { code: 'PROTOCOL_CONNECTION_LOST' });
}

/** The connection is gone, and another may do. */
export function isLost(thrown: unknown): boolean {
  if (thrown instanceof CutoverError) return thrown.code === 'source-lost';
  const error = thrown as DriverError;
  if (error.code === 'ENOENT') return error.syscall === 'connect';
  return lostCodes.has(error.code ?? '') || lostNumbers.has(error.errno ?? 0);
}

/** The statement was stopped, the connection and its snapshot are still there. */
export function isInterrupted(thrown: unknown): boolean {
  return againNumbers.has((thrown as DriverError).errno ?? 0);
}

export function errorNumber(thrown: unknown): number | undefined {
  return (thrown as DriverError).errno;
}

/** What an operator can act on. `what` names what was being done. Driver texts never hold the password. */
export function asCutoverError(thrown: unknown, what: string): CutoverError {
  if (thrown instanceof CutoverError) return thrown;
  const error = thrown as DriverError;
  const known = byNumber(error, what) ?? byCode(error, what);
  if (known !== undefined)
    return new CutoverError(known.code, known.message, { ...known.options, cause: thrown });
  if (error.errno === undefined && error.code === undefined) throw thrown;
  return new CutoverError('source-error', `${what}: ${error.message ?? 'the server refused'}`, {
    next: 'look at the message of the server, mend it there, and start again',
    data: { errno: error.errno, code: error.code },
    cause: thrown,
  });
}

interface Known {
  readonly code: string;
  readonly message: string;
  readonly options: CutoverErrorOptions;
}

function byNumber(error: DriverError, what: string): Known | undefined {
  switch (error.errno) {
    case 1045:
    case 1698:
    case 1130:
    case 3118:
    case 4151:
      if (/using password: NO/.test(error.message ?? ''))
        return known(
          'source-refused',
          `${what}: the server refuses the user, for whom no password was given`,
          {
            next: 'give one in CUTOVER_SOURCE_PASSWORD, with --source-password-file or --password-from-stdin; there was one attempt and no other is made',
            exitCode: exitCodes.authenticationRefused,
          },
        );
      return known('source-refused', `${what}: the server refuses the user or the password`, {
        next: 'check user, password and the host the account is for; there was one attempt and no other is made',
        exitCode: exitCodes.authenticationRefused,
      });
    case 1044:
    case 1142:
    case 1143:
    case 1227:
      return known('source-privilege', `${what}: ${error.message}`, {
        next: 'grant what the message names; docs/operations/live-source.md has the whole GRANT',
        exitCode: exitCodes.preflightFailed,
      });
    case 1049:
      return known('source-database', `${what}: there is no such database on the server`, {
        next: 'check the name at the end of the source URL',
        exitCode: exitCodes.preflightFailed,
      });
    case 1153:
    case 1301:
      return known('source-packet', `${what}: a row is larger than the max_allowed_packet of the server`, {
        next: 'raise max_allowed_packet on the server (SET GLOBAL, no restart), and start again',
      });
    case 1412:
    case 1146:
    case 1054:
      return known('source-altered', `${what}: the table was altered while it was being read`, {
        next: 'start again when nobody is changing the schema',
      });
    default:
      return isInterrupted(error)
        ? known('source-interrupted', `${what}: the statement was stopped on the server, again and again`, {
            next: 'find who kills or limits long statements (pt-kill, max_statement_time), and start again',
          })
        : undefined;
  }
}

function byCode(error: DriverError, what: string): Known | undefined {
  if (error.code === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return known('source-no-tls', `${what}: the server offers no encryption`, {
      next: 'go through an SSH tunnel (docs/operations/live-source.md) and add ?tls=off to the source URL',
      exitCode: exitCodes.preflightFailed,
    });
  }
  if (
    error.code === 'HANDSHAKE_SSL_ERROR' ||
    /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(error.code ?? '')
  ) {
    return known(
      'source-certificate',
      `${what}: the certificate of the server does not hold: ${error.message}`,
      {
        next: 'give its authority with ?tls-ca=FILE, and the name it carries with ?tls-name=NAME',
        exitCode: exitCodes.preflightFailed,
      },
    );
  }
  if (error.code === 'AUTH_SWITCH_PLUGIN_ERROR') {
    const plugin = /plugin (\w+)/.exec(error.message ?? '')?.[1] ?? 'unknown';
    return known(
      'source-plugin',
      `${what}: the server asks for the authentication plugin ${plugin}, which is not offered here`,
      {
        next: 'make an account with mysql_native_password or caching_sha2_password for this',
        exitCode: exitCodes.authenticationRefused,
      },
    );
  }
  if (
    /^(open|write|read|rename|mkdir|close|unlink|fsync)$/.test(error.syscall ?? '') &&
    error.errno !== undefined &&
    !isLost(error)
  ) {
    return known('dump-not-written', `${what}: ${error.message ?? error.code}`, {
      next: 'make room, or give another folder with --out, --keep-dump or --state-dir, and start again',
    });
  }
  if (error.code === 'ENOTFOUND') {
    return known('source-host', `${what}: there is no such host`, {
      next: 'check the host of the source URL',
      exitCode: exitCodes.preflightFailed,
    });
  }
  if (!isLost(error)) return undefined;
  return known('source-lost', `${what}: the connection was lost (${error.code ?? error.errno})`, {
    next: 'check the server and the network between, and start again',
  });
}

function known(code: string, message: string, options: CutoverErrorOptions): Known {
  return { code, message, options };
}
