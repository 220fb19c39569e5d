import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { callOnce } from './call.ts';
import type { NodeConfig } from './config.ts';

const timeoutMs = 30_000;

/**
 * Calls the node of a configuration, with its own key.
 *
 * @throws CutoverError with the code of the node's answer: exit 2 where the key is refused, 3 where the call is;
 *   `node-unreachable` (exit 4) where no node answers
 */
export async function callNode(
  config: NodeConfig,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const { status, body: text } = await callOnce(
    {
      ...{ method, url: `${config.url}${path}`, ca: config.tls.ca },
      headers: { authorization: `Bearer ${config.tokenId}.${config.token}` },
      most: Infinity,
    },
    body,
    timeoutMs,
  ).catch((cause: unknown) => {
    throw new CutoverError('node-unreachable', `${config.url} does not answer: ${messageOf(cause)}`, {
      next: 'see whether `cutover node serve` runs there, and whether url and tls.ca of the configuration are right',
      exitCode: exitCodes.unknown,
      cause,
    });
  });
  const answer = parsed(text, config.url);
  if (status >= 200 && status < 300) return answer;
  const { code = 'node-refuses', message = text, next } = answer as Record<string, string | undefined>;
  throw new CutoverError(code, message, {
    next: next ?? 'look at the log of the node',
    exitCode: status === 401 ? exitCodes.authenticationRefused : exitCodes.preflightFailed,
  });
}

function parsed(text: string, url: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new CutoverError('node-unreachable', `${url} answers, and is no node`, {
      next: 'see what answers at that address',
      exitCode: exitCodes.unknown,
      cause,
    });
  }
}
