import { type Finding, messageOf } from '@cutover/core';
import { git } from '@cutover/stores';
import { revocationSheet } from '../accounts/revocations.ts';
import type { ApiOptions } from '../options.ts';

export interface Surroundings {
  readonly faults: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** Commits that the loaded one is behind the branch, and the branch behind each remote that was fetched from. */
  readonly lag: { readonly branch: number; readonly remotes: Readonly<Record<string, number>> } | null;
}

const keepMs = 5000;
const timeoutMs = 5000;

/** What readiness depends on outside of this process, looked at no more than every few seconds. */
export class SurroundingsCheck {
  readonly #options: ApiOptions;
  #last:
    | { readonly at: number; readonly commit: string | undefined; readonly found: Promise<Surroundings> }
    | undefined;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  look(commit: string | undefined): Promise<Surroundings> {
    const now = Date.now();
    if (this.#last === undefined || this.#last.commit !== commit || now - this.#last.at > keepMs) {
      this.#last = { at: now, commit, found: this.#look(commit) };
    }
    return this.#last.found;
  }

  async #look(commit: string | undefined): Promise<Surroundings> {
    const [privateFault, lag] = await Promise.all([this.#privateStore(), this.#lag(commit)]);
    const warnings: Finding[] = [];
    if (lag !== null && lag.branch > 0) {
      warnings.push({
        code: 'branch-moved',
        message: `the branch is ${lag.branch} commits ahead of what is served`,
        next: 'POST /api/_internal/reload',
      });
    }
    for (const [remote, behind] of Object.entries(lag?.remotes ?? {})) {
      if (behind === 0) continue;
      const message = `${this.#options.branch} is ${behind} commits behind ${remote}`;
      warnings.push({ code: 'behind-remote', message, next: 'bring the branch up to date, then reload' });
    }
    return { faults: privateFault === undefined ? [] : [privateFault], warnings, lag };
  }

  /** Reads the smallest sheet there is. */
  async #privateStore(): Promise<Finding | undefined> {
    if (this.#options.profile.target.accounts === undefined) return undefined;
    const reading = (async () => {
      for await (const record of this.#options.privateStore.read(revocationSheet))
        if (record.id !== '') break;
    })();
    const late = new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error('it did not answer in time')), timeoutMs).unref();
    });
    try {
      await Promise.race([reading, late]);
      return undefined;
    } catch (error) {
      this.#options.logger?.error(
        { code: 'private-store-unreachable', reason: messageOf(error) },
        'not ready',
      );
      const message = 'the private store cannot be read';
      return { code: 'private-store-unreachable', message, next: 'see the log' };
    }
  }

  async #lag(commit: string | undefined): Promise<Surroundings['lag']> {
    const { publicStore, branch } = this.#options;
    if (commit === undefined) return null;
    const ahead = async (from: string, to: string): Promise<number> =>
      Number(await git(publicStore.dir, ['rev-list', '--count', `${from}..${to}`]));
    try {
      const refs = await git(publicStore.dir, [
        'for-each-ref',
        '--format=%(refname)',
        `refs/remotes/*/${branch}`,
      ]);
      const remotes = refs.split('\n').filter(Boolean);
      const own = `refs/heads/${branch}`;
      const behind = await Promise.all(
        remotes.map(async (ref) => [ref.split('/')[2]!, await ahead(own, ref)] as const),
      );
      return { branch: await ahead(commit, own), remotes: Object.fromEntries(behind) };
    } catch {
      return null;
    }
  }
}
