import { type Check, concludeCheck, FindingList } from '@cutover/core';
import { parseLegacyRequest, RecordIndexes, type Target, type UrlRules } from '@cutover/records';

/**
 * Holds a profile's URL rules against its hand-written file of legacy URLs and answers. The redirects
 * check compares a site with what the rules imply; this one sees when the rules themselves are wrong.
 */
export function checkRedirectRules(urls: UrlRules, target: Target): Check {
  const records = new RecordIndexes(target.sheets);
  for (const [sheet, list] of Object.entries(urls.examples.records)) {
    for (const record of list) records.add(sheet, record);
  }
  const findings = new FindingList();
  for (const example of urls.examples.cases) {
    const answer = urls.resolve(parseLegacyRequest(example.url), records);
    // No answer of the rules: the new site's own route or its 404 page answers.
    const status = answer?.status ?? 200;
    const location = answer !== undefined && 'location' in answer ? answer.location : undefined;
    if (status === example.status && location === example.location) continue;
    findings.add({
      code: 'redirect-rule-wrong',
      message: `${example.url}: the rules answer ${status} ${location ?? ''}, the file says ${example.status} ${example.location ?? ''}`,
      subject: example.url,
      expected: { status: example.status, location: example.location },
      actual: { status, location },
    });
  }
  return concludeCheck({
    id: 'redirect-rules',
    title: 'The URL rules answer the hand-written list of legacy URLs as it says',
    looked: urls.examples.cases.length,
    expected: urls.examples.cases.length,
    actual: urls.examples.cases.length - findings.total,
    findings,
  });
}
