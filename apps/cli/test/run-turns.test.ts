import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type QuickSite, quickSite } from './quick-site.ts';

let site: QuickSite;
beforeEach(async () => {
  site = await quickSite('cutover-turns-');
});
afterEach(() => site.remove());

/** Begins a run and goes on with it up to and with the freeze. */
async function frozen(): Promise<void> {
  expect((await site.cli(['run', '--config', 'cutover.toml', '--unrehearsed'])).code).toBe(7);
  await site.answerAll();
  expect((await site.cli(['resume', '--until', '08-freeze'])).code).toBe(0);
  expect(existsSync(site.at('maintenance'))).toBe(true);
}

/** The run file with another text in the place of one. */
function rewrite(from: string, to: string, name = 'cutover.toml'): void {
  const text = readFileSync(site.at('cutover.toml'), 'utf8');
  expect(text).toContain(from);
  writeFileSync(site.at(name), text.replace(from, to));
}

describe('a run that was begun with one site', () => {
  it('is not gone on with on another, nor taken back there', async () => {
    expect((await site.cli(['run', '--config', 'cutover.toml', '--unrehearsed'])).code).toBe(7);
    await site.answerAll();
    const entries = site.journal().length;
    for (const [from, to, said] of [
      ['environment = "test"', 'environment = "production"', 'environment test, not production'],
      ['name = "quick"', 'name = "slow"', 'name quick, not slow'],
      ['private = "private"', 'private = "s3://bucket/private"', 'bucket none, not s3://bucket/private'],
      ['private = "private"', 'private = "private"\nbranch = "other"', 'branch legacy-import, not other'],
    ] as const) {
      rewrite(from, to, 'other.toml');
      const ran = await site.cli(['resume', '--quiet', '--config', 'other.toml']);
      expect([ran.code, ran.stderr]).toEqual([64, expect.stringContaining(said)]);
      expect(ran.stderr).toContain('run-of-another-site');
    }
    expect((await site.cli(['rollback', '--config', 'other.toml'])).code).toBe(64);
    rewrite('name = "quick"', 'name = "slow"');
    expect((await site.cli(['resume', '--quiet'])).code).toBe(64);
    expect(site.journal()).toHaveLength(entries);
    expect(existsSync(site.at('maintenance'))).toBe(false);
  });

  it('goes by the run file that was given last, also on its way back', async () => {
    await frozen();
    mkdirSync(site.at('moved'));
    for (const name of ['public.git', 'private'])
      cpSync(site.at(name), site.at(`moved/${name}`), { recursive: true });
    cpSync(site.at('cutover.toml'), site.at('moved/cutover.toml'));
    rmSync(site.at('cutover.toml'));
    const on = await site.cli(['resume', '--config', 'moved/cutover.toml', '--until', '10-import']);
    expect(on.code).toBe(0);
    expect((await site.cli(['rollback'])).code).toBe(0);
  });
});

describe('a way back that was stopped', () => {
  it('is not turned round unless that is asked for, and goes on', async () => {
    await frozen();
    rewrite('undo-shell = "rm -f maintenance"', 'undo-shell = "test -f allowed && rm -f maintenance"');
    const stopped = await site.cli(['rollback']);
    expect([stopped.code, stopped.stdout]).toEqual([
      7,
      expect.stringContaining('mend it, then cutover rollback'),
    ]);
    const status = await site.cli(['status']);
    expect(status.stdout).toContain('failed on its way back');
    const entries = site.journal().length;
    const resumed = await site.cli(['resume']);
    expect([resumed.code, resumed.stderr]).toEqual([64, expect.stringContaining('way-back-unfinished')]);
    expect(site.journal()).toHaveLength(entries);
    expect((await site.cli(['resume', '--forward', '--until', '08-freeze'])).code).toBe(0);
    expect(site.journal().some(({ step }) => step === '10-import')).toBe(false);
    expect((await site.cli(['status'])).stdout).not.toContain('on its way back');
    expect((await site.cli(['rollback'])).code).toBe(7);
    writeFileSync(site.at('allowed'), '');
    expect((await site.cli(['rollback'])).code).toBe(0);
    expect(existsSync(site.at('maintenance'))).toBe(false);
    expect((await site.status()).state).toBe('rolled-back');
    expect((await site.cli(['resume', '--until', '08-freeze'])).code).not.toBe(64);
  });
});

describe('an answer', () => {
  it('that nobody asks for now, or another is asked for, is kept, and said', async () => {
    expect((await site.cli(['run', '--config', 'cutover.toml', '--unrehearsed'])).code).toBe(7);
    const answer = (key: string, by: string) =>
      site.cli(['answer', key, 'done', '--by', by, '--evidence', 'a ticket']);
    const mistyped = await answer('06-stage-sso/stagd', 'Cem');
    expect([mistyped.code, mistyped.stderr]).toEqual([0, expect.stringContaining('is not asked now')]);
    const other = await answer(site.questions.staged, 'Mallory');
    expect([other.code, other.stderr]).toEqual([0, expect.stringContaining('was asked of Cem, not Mallory')]);
    const own = await answer(site.questions.staged, 'Cem');
    expect([own.code, own.stderr]).toEqual([0, '']);
  });

  it('that says done of what is to be shown, and shows nothing, is refused; one that says it is not done is taken', async () => {
    expect((await site.cli(['run', '--config', 'cutover.toml', '--unrehearsed'])).code).toBe(7);
    const staged = ['answer', site.questions.staged];
    for (const evidence of [[], ['--evidence', ' ']]) {
      const ran = await site.cli([...staged, 'done', '--by', 'Cem', ...evidence]);
      expect([ran.code, ran.stderr]).toEqual([64, expect.stringMatching(/no-evidence/)]);
      expect(ran.stderr).toContain('the ticket or message with the metadata');
    }
    expect(existsSync(`${site.runDir()}/answers`)).toBe(false);
    expect((await site.cli([...staged, 'not-done', '--by', 'Cem'])).code).toBe(0);
  });
});

describe('a run whose terminal is gone', () => {
  it('goes on when nobody reads any more what it says, and stops at a safe point when it is hung up on', async () => {
    site.write({ maintenance: 'echo begun >>hook; sleep 3; echo ended >>hook; touch maintenance' });
    expect((await site.cli(['run', '--config', 'cutover.toml', '--unrehearsed'])).code).toBe(7);
    await site.answerAll();
    const { child, ended } = site.begin(['resume']);
    while (!existsSync(site.at('hook'))) await new Promise((resolve) => setTimeout(resolve, 50));
    child.stdout!.destroy();
    child.stderr!.destroy();
    child.kill('SIGHUP');
    expect(await ended).toBe(6);
    expect((await site.status()).state).toBe('aborted');
    expect(readFileSync(site.at('hook'), 'utf8')).toBe('begun\nended\n');
    expect(existsSync(site.at('maintenance'))).toBe(true);
    const { journal } = site;
    expect(
      journal()
        .filter(({ type }) => type === 'effect-intended')
        .at(-1),
    ).toMatchObject({ step: '08-freeze' });
    expect((await site.cli(['resume', '--until', '08-freeze'])).code).toBe(0);
    expect(readFileSync(site.at('hook'), 'utf8')).toBe('begun\nended\n');
  });
});
