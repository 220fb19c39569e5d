import { shellQuoted } from '@cutover/core';
import type { PrivateStore, PublicStore } from '@cutover/stores';

export interface Place {
  readonly publicStore: Pick<PublicStore, 'dir'>;
  readonly privateStore: Pick<PrivateStore, 'url'>;
  readonly treeish: string;
  readonly watchUntil?: string | undefined;
  readonly now?: Date;
  /** Further options that commands have to have, e.g. `--profile`. */
  readonly commandOptions?: readonly string[];
}

/** Command lines that mend a finding, whole, so that they can be pasted. */
export class Commands {
  readonly #public: string;
  readonly #private: string;
  readonly #watch: string;
  readonly #isWatchClosed: boolean;
  readonly #more: string;

  constructor({ publicStore, privateStore, treeish, watchUntil, now, commandOptions = [] }: Place) {
    const branch = treeish.replace(/^refs\/heads\//, '');
    this.#public = `--public ${shellQuoted(publicStore.dir)} --branch ${shellQuoted(branch)}`;
    this.#private = `--private ${shellQuoted(privateStore.url)}`;
    this.#watch = watchUntil === undefined ? '' : ` --watch-until ${shellQuoted(watchUntil)}`;
    this.#isWatchClosed = watchUntil !== undefined && Date.parse(watchUntil) <= (now ?? new Date()).getTime();
    this.#more = commandOptions.map((option) => ` ${shellQuoted(option)}`).join('');
  }

  /** Repairs of one class, which are safe by rule; those that wait for the end of the watch window say so. */
  fix(name: string, afterWatch = false): string {
    const command = `cutover reconcile --fix --only ${name} ${this.#public} ${this.#private}${this.#more}`;
    if (!afterWatch || this.#isWatchClosed) return `${command}${this.#watch}`;
    return `once nobody goes back to the old site: ${command} --watch-until $(date -u +%FT%TZ)`;
  }

  /** `cutover private <command>`, to be done. */
  private(...words: string[]): string {
    return `${this.#line('private', words)} ${this.#private}${this.#more} --yes`;
  }

  /** `cutover record <command>`, to be done. */
  record(...words: string[]): string {
    return `${this.#line('record', words)} ${this.#public} ${this.#private}${this.#more} --yes`;
  }

  #line(name: string, words: readonly string[]): string {
    return `cutover ${name} ${words.map(shellQuoted).join(' ')}`;
  }

  /** Completes a command that a rule of a target ends its advice with. */
  complete(next: string): string {
    if (/(?:^|[:|] )cutover private /.test(next)) return `${next} ${this.#private}${this.#more} --yes`;
    return next;
  }
}
