import { createInterface } from 'node:readline/promises';
import type { Ask } from '@cutover/runs';

/** Asks whoever sits at the terminal; undefined where nobody does. */
export function askAtTerminal(): Ask | undefined {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return undefined;
  return async ({ asks, answers, evidence, who }) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const whom = who === undefined ? '' : `${who}: `;
      const answer = (
        await lines.question(`\n${whom}${asks}\n  ${answers.join(' / ')}, or nothing to leave it > `)
      ).trim();
      if (!answers.includes(answer)) return undefined;
      const shown = evidence === undefined ? '' : (await lines.question(`  show ${evidence} > `)).trim();
      if (evidence !== undefined && shown === '' && answer === answers[0]) return undefined;
      const by = (await lines.question(`  your name${who === undefined ? '' : ` (${who})`} > `)).trim();
      return {
        answer,
        by: by === '' ? (who ?? 'at the terminal') : by,
        ...(shown === '' ? {} : { evidence: shown }),
      };
    } finally {
      lines.close();
    }
  };
}
