import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type Check, concludeCheck, CutoverError, FindingList } from '@cutover/core';
import { Site } from '../http.ts';
import { resolveLocation } from '../redirects/locations.ts';

export interface InternalInput {
  /** Names that are about to move. */
  readonly publicNames: readonly string[];
  /** Every address by which parts of the system call each other. */
  readonly urls: readonly string[];
  /** Resolver to ask instead of the machine's own. */
  readonly resolver?: string | undefined;
}

const maxHops = 5;

/**
 * Whether internal calls keep off the names that move: by name, over a CNAME, and over redirects. A call that goes
 * there reaches the old side before the flip and the new one after it, in the middle of a run.
 */
export async function checkInternalUrls({ publicNames, urls, resolver }: InternalInput): Promise<Check> {
  const moving = new Set(publicNames.map((name) => name.toLowerCase().replace(/\.$/, '')));
  const findings = new FindingList();
  const unanswered: string[] = [];
  const aliases = new Aliases(resolver);
  for (const url of urls) {
    let at = new URL(url);
    for (let hop = 0; ; hop++) {
      const through = (await aliases.of(at.hostname)).find((name) => moving.has(name));
      if (through !== undefined) {
        findings.add(throughPublicName(url, at, through, hop));
        break;
      }
      const answer = await ask(at);
      if (answer === undefined) {
        unanswered.push(url);
        break;
      }
      const next =
        answer.status >= 300 && answer.status < 400
          ? resolveLocation(answer.location ?? '', at.href)
          : undefined;
      if (next === undefined || hop >= maxHops) break;
      at = next;
    }
  }
  return concludeCheck({
    id: 'routing-internal',
    title: 'Nothing internal goes through a name that is about to move',
    looked: urls.length - unanswered.length,
    expected: urls.length,
    actual: urls.length - findings.total,
    findings,
    evidence: { publicNames },
    couldNotTell: unanswered.length === 0 ? undefined : `no answer from ${unanswered.join(', ')}`,
  });
}

async function ask(url: URL): Promise<{ status: number; location: string | undefined } | undefined> {
  const site = new Site(url.href);
  try {
    return await site.request(`${url.pathname}${url.search}`);
  } finally {
    await site.close();
  }
}

function throughPublicName(url: string, at: URL, name: string, hop: number) {
  const how = hop > 0 ? `redirects to ${at.href}, which is` : at.hostname === name ? 'is' : 'is an alias of';
  return {
    code: 'internal-through-public-name',
    message: `${url} ${how} ${name}, which is about to move`,
    subject: url,
    actual: name,
    next: 'give the part that calls it an address of its own, before the flip',
  };
}

/** A name and what it is an alias of. Throws CutoverError `name-unresolvable` only for what is no name at all. */
class Aliases {
  readonly #resolver = new Resolver({ timeout: 2000, tries: 2 });

  constructor(server: string | undefined) {
    if (server === undefined) return;
    try {
      this.#resolver.setServers([server]);
    } catch (cause) {
      throw new CutoverError('resolver-unusable', `${server} is no address of a resolver`, {
        next: 'give IP or IP:port',
        exitCode: 64,
        cause,
      });
    }
  }

  async of(host: string): Promise<string[]> {
    const names = [host.toLowerCase().replace(/\.$/, '')];
    while (names.length < 10 && isIP(names.at(-1)!) === 0) {
      const [next] = await this.#resolver.resolveCname(names.at(-1)!).catch(() => []);
      if (next === undefined || names.includes(next.toLowerCase())) break;
      names.push(next.toLowerCase());
    }
    return names;
  }
}
