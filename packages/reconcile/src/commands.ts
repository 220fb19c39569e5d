import type { PrivateStore, PublicStore } from '@cutover/stores';

export interface Place {
  readonly publicStore: Pick<PublicStore, 'dir'>;
  readonly privateStore: Pick<PrivateStore, 'url'>;
  readonly treeish: string;
  readonly watchUntil?: string | undefined;
}

/** Command lines that mend a finding, whole, so that they can be pasted. */
export class Commands {
  readonly #public: string;
  readonly #private: string;
  readonly #watch: string;

  constructor({ publicStore, privateStore, treeish, watchUntil }: Place) {
    const branch = treeish.replace(/^refs\/heads\//, '');
    this.#public = `--public ${quoted(publicStore.dir)} --branch ${quoted(branch)}`;
    this.#private = `--private ${quoted(privateStore.url)}`;
    this.#watch = watchUntil === undefined ? '' : ` --watch-until ${quoted(watchUntil)}`;
  }

  /** Repairs of one class, which are safe by rule. */
  fix(name: string): string {
    return `cutover reconcile --fix --only ${name} ${this.#public} ${this.#private}${this.#watch}`;
  }

  /** `cutover private …` or `cutover record …`, to be done. */
  edit(command: string): string {
    const stores = command.includes('cutover record ') ? `${this.#public} ${this.#private}` : this.#private;
    return `${command} ${stores} --yes`;
  }

  /** Completes a command that a rule of a target ends its advice with. */
  complete(next: string): string {
    return /(?:^|[:|] )cutover (?:private|record) /.test(next) ? this.edit(next) : next;
  }
}

/** As a shell reads it. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
