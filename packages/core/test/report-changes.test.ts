import { expect, it } from 'vitest';
import { buildReport, linkVersions, reportAsHtml, reportAsMarkdown } from '../src/index.ts';

const before = { commit: 'aaa', path: 'people/1f/old name`s.toml' };
const after = { commit: 'bbb', path: 'people/1f/new.toml' };
const delta = {
  from: 'aaa',
  to: 'bbb',
  sheets: {
    people: {
      added: 0,
      changed: 3,
      removed: 1,
      listed: {
        added: [],
        changed: [{ id: '1', before, after }],
        removed: [{ id: '2', before: { ...after, commit: 'aaa' } }],
      },
    },
  },
};

const reportWith = (details: Record<string, unknown>) =>
  buildReport({
    toolVersion: '0',
    command: 'import',
    mode: 'real',
    startedAt: '2026-01-01T00:00:00Z',
    checks: [],
    tables: {},
    stepsNotExercised: [],
    details,
  });

it('lists what changed with the command that shows each version', () => {
  const markdown = reportAsMarkdown(reportWith({ delta }));
  expect(markdown).toContain('| people | 0 | 3 | 1 |');
  expect(markdown).toContain(
    "- `` people/1f/old name`s.toml → people/1f/new.toml ``: before `` git show 'aaa:people/1f/old name`s.toml' ``, after `git show bbb:people/1f/new.toml`",
  );
  expect(markdown).toContain(
    '### people: removed\n\n- `people/1f/new.toml`: before `git show aaa:people/1f/new.toml`',
  );
  expect(markdown).toContain('- … and 2 more');
  expect(markdown).not.toContain('people: added');
});

it('links versions where their address is known, each segment of a path encoded', () => {
  const linked = linkVersions(delta, 'https://git.example.org/data/blob/{commit}/{path}');
  const [markdown, html] = [reportAsMarkdown, reportAsHtml].map((as) => as(reportWith({ delta: linked })));
  const url = 'https://git.example.org/data/blob/aaa/people/1f/old%20name%60s.toml';
  expect(markdown).toContain(
    `[before](<${url}>), [after](<https://git.example.org/data/blob/bbb/people/1f/new.toml>)`,
  );
  expect(html).toContain(`<a href="${url}">before</a>`);
});

it('has no section of changes where nothing was compared', () => {
  for (const details of [{}, { delta: undefined }, { delta: { from: 'a', to: 'a', sheets: {} } }])
    expect(reportAsMarkdown(reportWith(details))).not.toContain('## Changes');
});
