import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeToml } from '@cutover/records';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cutover } from './run.ts';

describe('cutover reconcile --waivers', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let args: string[];
  const id = 'aaaaaaaa-0000-8000-8000-000000000000';

  beforeEach(async () => {
    scratch = await scratchDir();
    const publicDir = join(scratch.dir, 'public.git');
    const publicStore = await openPublicStore(publicDir, { create: true });
    const writer = await publicStore.writeTree();
    writer.put('people/aa/ann.toml', writeToml({ id, slug: 'ann', accountLevel: 'User', creatorId: id }));
    await publicStore.commit('main', { tree: await writer.finish(), message: 'one', expected: undefined });
    const url = pathToFileURL(join(scratch.dir, 'private')).href;
    const privateStore = await openPrivateStore(url, { create: true });
    await privateStore.update('profiles', id, () => ({ id, newsletter: true }));
    args = ['reconcile', '--public', publicDir, '--private', url, '--branch', 'main', '--json'];
  });
  afterEach(() => scratch.remove());

  async function findings(waivers: string): Promise<string[]> {
    const file = join(scratch.dir, 'waivers.toml');
    writeFileSync(file, waivers);
    const { stdout } = await cutover([...args, '--waivers', file]);
    const { checks } = JSON.parse(stdout) as { checks: { findings: { code: string }[] }[] };
    return checks.flatMap((check) => check.findings.map(({ code }) => code));
  }
  const waiver = (count: number, check = 'reconcile-newsletter-token', reason = 'asked by post') =>
    `[[waiver]]\ncheck = "${check}"\nrule = "newsletter-without-token"\ncount = ${count}\nreason = "${reason}"\n`;

  it('leaves out exactly what was waived, by code, count and reason', async () => {
    expect(await findings('')).toContain('newsletter-without-token');
    expect(await findings(waiver(1))).not.toContain('newsletter-without-token');
    const differs = await findings(waiver(2));
    expect(differs).toContain('newsletter-without-token');
    expect(differs).toContain('waiver-count-differs');
  });

  it('refuses a waiver of a check that there is not, and one without a reason', async () => {
    const file = join(scratch.dir, 'waivers.toml');
    for (const text of [waiver(1, 'reconcile-newslettre'), waiver(1, 'reconcile-newsletter-token', ' ')]) {
      writeFileSync(file, text);
      expect((await cutover([...args, '--waivers', file])).code).toBe(64);
    }
  });
});
