import { CutoverError } from '@cutover/core';
import { describe, expect, it } from 'vitest';
import { asCutoverError, isInterrupted, isLost } from '../src/errors.ts';

const driver = (errno: number | undefined, code: string, message = 'said by the server') =>
  Object.assign(new Error(message), { ...(errno === undefined ? {} : { errno }), code });

describe('what the driver throws', () => {
  it.each([
    [driver(1045, 'ER_ACCESS_DENIED_ERROR'), 'source-refused', 2],
    [driver(1698, 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR'), 'source-refused', 2],
    [driver(1130, 'ER_HOST_NOT_PRIVILEGED'), 'source-refused', 2],
    [driver(undefined, 'AUTH_SWITCH_PLUGIN_ERROR'), 'source-plugin', 2],
    [driver(1142, 'ER_TABLEACCESS_DENIED_ERROR'), 'source-privilege', 3],
    [driver(1044, 'ER_DBACCESS_DENIED_ERROR'), 'source-privilege', 3],
    [driver(1049, 'ER_BAD_DB_ERROR'), 'source-database', 3],
    [driver(undefined, 'HANDSHAKE_NO_SSL_SUPPORT'), 'source-no-tls', 3],
    [driver(undefined, 'DEPTH_ZERO_SELF_SIGNED_CERT'), 'source-certificate', 3],
    [driver(undefined, 'ENOTFOUND'), 'source-host', 3],
    [driver(1153, 'ER_NET_PACKET_TOO_LARGE'), 'source-packet', 7],
    [driver(1412, 'ER_TABLE_DEF_CHANGED'), 'source-altered', 7],
    [driver(1146, 'ER_NO_SUCH_TABLE'), 'source-altered', 7],
    [driver(1317, 'ER_QUERY_INTERRUPTED'), 'source-interrupted', 7],
    [driver(3024, 'ER_QUERY_TIMEOUT'), 'source-interrupted', 7],
    [driver(undefined, 'PROTOCOL_CONNECTION_LOST'), 'source-lost', 7],
    [driver(-104, 'ECONNRESET'), 'source-lost', 7],
    [driver(1927, 'ER_CONNECTION_KILLED'), 'source-lost', 7],
    [Object.assign(driver(-28, 'ENOSPC'), { syscall: 'write' }), 'dump-not-written', 7],
    [Object.assign(driver(-2, 'ENOENT'), { syscall: 'open' }), 'dump-not-written', 7],
    [Object.assign(driver(-2, 'ENOENT'), { syscall: 'connect' }), 'source-lost', 7],
    [driver(1194, 'ER_CRASHED_ON_USAGE'), 'source-error', 7],
  ])('%s becomes %s, exit %i', (thrown, code, exitCode) => {
    const error = asCutoverError(thrown, 'table people');
    expect(error).toMatchObject({ code, exitCode, next: expect.stringMatching(/\w+ \w+/) as unknown });
    expect(error.message).toContain('table people');
    expect(isLost(thrown)).toBe(code === 'source-lost');
    expect(isInterrupted(thrown)).toBe(code === 'source-interrupted');
  });

  it('is left as it is where it is our own, or a bug', () => {
    const own = new CutoverError('x', 'y', { next: 'z' });
    expect(asCutoverError(own, '')).toBe(own);
    const bug = new TypeError('undefined is not a function');
    expect(() => asCutoverError(bug, '')).toThrow(bug);
  });
});
