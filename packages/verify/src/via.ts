import { readFile } from 'node:fs/promises';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { parseVia } from './http.ts';

/** Where hosts are, whatever DNS says: `IP` or `IP:port`. */
export interface Via {
  /** Of the site under test, whatever it is called. */
  readonly own?: string | undefined;
  /** By host name, lower case, without a port. */
  readonly hosts: ReadonlyMap<string, string>;
}

/**
 * Puts together `IP[:port]` (the site under test), `name=IP[:port]`, and files like `/etc/hosts`. Throws CutoverError
 * `via-unreadable` for anything else, and where two say different things of one host.
 */
export async function readVia(given: readonly string[]): Promise<Via> {
  const hosts = new Map<string, string>();
  let own: string | undefined;
  const place = (name: string, address: string, from: string): void => {
    const key = name.toLowerCase();
    const before = hosts.get(key);
    if (!isAddress(address)) throw unreadable(`${from}: ${address} is no IP address`);
    if (before !== undefined && before !== address)
      throw unreadable(`${from}: ${name} is said to be at ${before} and at ${address}`);
    hosts.set(key, address);
  };
  for (const text of given) {
    const at = text.indexOf('=');
    if (at > 0) place(text.slice(0, at), text.slice(at + 1), text);
    else if (!isAddress(text)) await readHostsFile(text, place);
    else if (own === undefined || own === text) own = text;
    else throw unreadable(`the site is said to be at ${own} and at ${text}`);
  }
  return { own, hosts };
}

/** Where a host is to be asked, if anything is said of it. */
export function addressOf(via: Via | undefined, url: string, isOwn: boolean): string | undefined {
  return via?.hosts.get(new URL(url).hostname.toLowerCase()) ?? (isOwn ? via?.own : undefined);
}

async function readHostsFile(
  path: string,
  place: (name: string, address: string, from: string) => void,
): Promise<void> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw unreadable(
      `${path} is no IP address, no name=IP, and no file that can be read: ${messageOf(cause)}`,
    );
  }
  for (const [i, line] of text.split('\n').entries()) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address === undefined || address === '') continue;
    const from = `${path}, line ${i + 1}`;
    if (names.length === 0) throw unreadable(`${from}: no name stands behind the address`);
    for (const name of names) place(name, address, from);
  }
}

function isAddress(text: string): boolean {
  try {
    parseVia(text);
    return true;
  } catch {
    return false;
  }
}

function unreadable(message: string): CutoverError {
  return new CutoverError('via-unreadable', message, {
    next: 'give an IP address (with a port, if need be), name=IP, or a file with lines like 192.0.2.7 www.example.org',
    exitCode: exitCodes.usage,
  });
}
