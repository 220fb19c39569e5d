import { type Check, concludeCheck, FindingList } from '@cutover/core';
import { Site, type SiteOptions } from '../http.ts';

/**
 * Whether the site, asked without encryption, sends every address to the same one with HTTPS, in one hop and
 * for good (301 or 308), query included.
 */
export async function checkHttps(
  url: string,
  paths: readonly string[],
  options: SiteOptions & { readonly plainOrigin?: string | undefined } = {},
): Promise<Check> {
  const { origin, host } = new URL(url);
  const site = new Site(options.plainOrigin ?? `http://${host}`, { ...options, patient: true });
  const findings = new FindingList();
  let looked = 0;
  try {
    for (const path of paths) {
      const answer = await site.request(path, { headers: { host } });
      if (answer === undefined) continue;
      looked++;
      const wanted = `${origin}${path}`;
      if ((answer.status === 301 || answer.status === 308) && answer.location === wanted) continue;
      findings.add({
        code: answer.status < 300 ? 'https-not-forced' : 'https-wrong-redirect',
        message: `${site.origin}${path} answers ${answer.status} ${answer.location ?? ''}, must lead to ${wanted} for good`,
        subject: path,
        expected: wanted,
        actual: answer.location ?? answer.status,
      });
    }
  } finally {
    await site.close();
  }
  return concludeCheck({
    id: 'redirects-https',
    title: 'Asked without encryption, the site leads to the same address with it',
    looked,
    expected: looked,
    actual: looked - findings.total,
    findings,
    couldNotTell: site.couldNotTell(),
  });
}
