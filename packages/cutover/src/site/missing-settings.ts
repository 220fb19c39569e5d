import { hookNames, type RunFile } from './run-file.ts';

/** Every setting that a real run of this site needs and that the file does not have, each with what it is for. */
export function missingSettings(file: RunFile, profileHasIdentity: boolean): string[] {
  const missing: string[] = [];
  const want = (there: unknown, setting: string, why: string): void => {
    if (there === undefined || (Array.isArray(there) && there.length === 0))
      missing.push(`${setting}: ${why}`);
  };
  want(file.at, 'at', 'when the window begins');
  if (file.source.url === undefined && file.hooks['last-dump'] === undefined)
    want(file.source.dump, 'source.url', 'the legacy server, or hooks.last-dump, or source.dump');
  if (file.source.url !== undefined && file.hooks.freeze !== undefined) {
    want(
      file.source.applicationUrl,
      'source.application-url',
      'the application’s own account, whose writes have to be refused once it is frozen',
    );
    want(
      file.source.canaryUrl,
      'source.canary-url',
      'a write through the application, which has to be refused as well',
    );
  }
  want(file.stores.public, 'stores.public', 'bare repository of public records');
  want(file.stores.private, 'stores.private', 'private store, which also holds the lease');
  want(file.target.url, 'target.url', 'where the new system answers before the flip');
  want(file.dns ?? file.without.dns, 'dns', 'the name that moves, its servers and addresses');
  want(file.go, 'go', 'who is asked go or no-go');
  want(file.people.lead, 'people.lead', 'who drives the night');
  want(file.people.operations, 'people.operations', 'who ticks off callers and decommissions the old host');
  if (profileHasIdentity)
    want(file.people.sso, 'people.sso', 'who changes the settings of the single sign-on');
  want(
    file.inventory ?? file.without.inventory,
    'inventory.logs',
    'access logs of the legacy site, for who else calls it',
  );
  want(
    file.stragglers ?? file.without.stragglers,
    'stragglers.logs',
    'access logs of the new site at the end of the redirects',
  );
  for (const name of hookNames) {
    if (name === 'last-dump') continue;
    want(file.hooks[name] ?? file.without[name], `hooks.${name}`, `or without.${name} with the reason`);
  }
  return missing;
}

/** Every variable of the environment that the run file relies on and that is not set, each with what it is for. */
export function missingVariables(
  { saml, mail, hooks }: RunFile,
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  const wanted = new Map<string, string>();
  if (saml !== undefined) wanted.set('CUTOVER_SAML_KEY_FILE', 'file with the key of saml.certificate');
  if (mail !== undefined) wanted.set('CUTOVER_RESEND_API_KEY', 'key that mail is sent with');
  for (const [name, one] of Object.entries(hooks)) {
    for (const variable of one.env) wanted.set(variable, `hooks.${name}.env`);
    if (!('http' in one)) continue;
    for (const call of [one.http.do, one.http.undo, one.http.probe])
      for (const variable of Object.values(call?.headersFromEnv ?? {}))
        wanted.set(variable, `a header of hooks.${name}`);
  }
  return [...wanted]
    .filter(([variable]) => (environment[variable] ?? '') === '')
    .map(([variable, why]) => `${variable} (environment): ${why}`);
}
