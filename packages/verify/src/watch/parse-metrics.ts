/** One sample of a metric as Prometheus' text format tells it. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Name and labels, for telling one series from another. */
  readonly series: string;
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"\s*,?\s*/y;
const escapes: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/**
 * Samples of a text in Prometheus' exposition format 0.0.4; undefined where a line is none of it, so that a page of
 * something else never counts as a site without requests.
 */
export function parseMetrics(text: string): Sample[] | undefined {
  const samples: Sample[] = [];
  for (const raw of text.split('\n')) {
    const trimmed = raw.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const found = line.exec(trimmed);
    const labels = found === null ? undefined : labelsOf(found[2] ?? '');
    if (found === null || labels === undefined) return undefined;
    const value = numberOf(found[3]!);
    if (value === undefined) return undefined;
    samples.push({ name: found[1]!, labels, value, series: `${found[1]!} ${JSON.stringify(labels)}` });
  }
  return samples;
}

function labelsOf(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  label.lastIndex = 0;
  for (let at = 0; at < text.length; at = label.lastIndex) {
    label.lastIndex = at;
    const found = label.exec(text);
    if (found === null) return undefined;
    labels[found[1]!] = found[2]!.replaceAll(/\\(.)/g, (_, one: string) => escapes[one] ?? one);
  }
  return labels;
}

function numberOf(text: string): number | undefined {
  if (text === '+Inf' || text === 'Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  const value = Number(text);
  return Number.isNaN(value) && text !== 'NaN' ? undefined : value;
}
