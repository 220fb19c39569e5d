import type { Sample } from './parse-metrics.ts';

/**
 * What counters went up by since the first look. A counter that is lower than it was, or a series that is
 * new, began at 0: the process was started again, or did this for the first time.
 */
export class Increases {
  readonly #last = new Map<string, number>();
  readonly #sums = new Map<string, { readonly sample: Sample; sum: number }>();
  #seen = false;
  /** How often counters were found to have begun anew. */
  resets = 0;

  /** Takes the counters of one look; gauges must be left out. */
  add(samples: readonly Sample[]): void {
    let reset = false;
    for (const sample of samples) {
      if (!Number.isFinite(sample.value)) continue;
      const before = this.#last.get(sample.series);
      const isReset = before !== undefined && sample.value < before;
      reset ||= isReset;
      const up =
        before === undefined
          ? this.#seen
            ? sample.value
            : 0
          : isReset
            ? sample.value
            : sample.value - before;
      this.#last.set(sample.series, sample.value);
      const entry = this.#sums.get(sample.series) ?? { sample, sum: 0 };
      entry.sum += up;
      this.#sums.set(sample.series, entry);
    }
    if (reset) {
      this.resets++;
      // Series that the new process has not made yet will begin at 0 when it does.
      const now = new Set(samples.map(({ series }) => series));
      for (const series of this.#last.keys()) if (!now.has(series)) this.#last.set(series, 0);
    }
    this.#seen = true;
  }

  /** By how much the series for which this is true went up together. */
  sum(where: (sample: Sample) => boolean): number {
    let sum = 0;
    for (const entry of this.#sums.values()) if (where(entry.sample)) sum += entry.sum;
    return sum;
  }

  /** Sums by a label, of the series for which this is true; those of nothing are left out. */
  by(label: string, where: (sample: Sample) => boolean): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const { sample, sum } of this.#sums.values()) {
      if (sum === 0 || !where(sample)) continue;
      const name = sample.labels[label] ?? '';
      sums[name] = (sums[name] ?? 0) + sum;
    }
    return sums;
  }
}
