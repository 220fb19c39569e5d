import type { PrivateStore } from '@cutover/stores';

/** Who did what to which record in which run. Fields are named, values never. */
export interface AuditLine {
  readonly at: string;
  readonly by: string;
  readonly run: string;
  readonly phase: 'before' | 'after';
  readonly what: string;
  readonly subject: string;
  readonly fields: readonly string[];
}

/**
 * An audit trail of one run in the private store: each batch is written before it is applied and again after,
 * under names that cannot be taken twice. A `before` without its `after` says where a run was cut off.
 */
export class Audit {
  readonly run: string;
  readonly by: string;
  readonly #store: PrivateStore;
  #batch = 0;

  constructor(store: PrivateStore, run: string, by: string) {
    this.#store = store;
    this.run = run;
    this.by = by;
  }

  async around<T>(
    lines: readonly Pick<AuditLine, 'what' | 'subject' | 'fields'>[],
    work: () => Promise<T>,
  ): Promise<T> {
    const name = String(++this.#batch).padStart(4, '0');
    await this.#write(`${this.run}/${name}-before.jsonl`, 'before', lines);
    const result = await work();
    await this.#write(`${this.run}/${name}-after.jsonl`, 'after', lines);
    return result;
  }

  async #write(
    name: string,
    phase: AuditLine['phase'],
    lines: readonly Pick<AuditLine, 'what' | 'subject' | 'fields'>[],
  ): Promise<void> {
    const at = new Date().toISOString();
    const text = lines.map(
      (line) => `${JSON.stringify({ at, by: this.by, run: this.run, phase, ...line })}\n`,
    );
    if (!(await this.#store.keepText('audit', name, text.join('')))) {
      throw new TypeError(`the audit ${name} is there already`);
    }
  }
}
