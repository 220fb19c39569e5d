/** The only module that reads the environment: names, meanings, and nothing else is looked at. */
export const environmentVariables = {
  CUTOVER_SIGN_IN_PASSWORD: 'password of the account given with --sign-in',
  CUTOVER_SESSION_SECRET: 'signs session cookies of `cutover serve`; at least 32 characters',
  CUTOVER_INTERNAL_SECRET:
    'opens the internal routes of `cutover serve`, also for `cutover drill`; at least 16 characters',
  CUTOVER_SOURCE_PASSWORD: 'password of the account in --source',
  CUTOVER_APPLICATION_PASSWORD: 'password of the account in --application-source',
  CUTOVER_SAML_KEY_FILE: 'file with the key that `cutover serve` signs for SAML with, in PEM',
  CUTOVER_GITHUB_CLIENT_SECRET: 'secret of the OAuth app that `cutover serve` signs people in with',
  CUTOVER_LINK_SECRET:
    'signs the links in mails of `cutover mailout`; at least 32 characters, the same for `cutover serve`',
  CUTOVER_RESEND_API_KEY: 'key that `cutover mailout` sends with',
  CUTOVER_RESEND_URL: "address of Resend's API, where it is not the usual one",
  CUTOVER_LOG_WEBHOOK:
    'address of a Slack-compatible webhook that `cutover serve` sends warnings and errors to',
  CUTOVER_IDP_COOKIE:
    'session of a test account at the identity provider given with --idp, as the Cookie header has it',
  CUTOVER_SNAPSHOT_KEY: 'the secret that `cutover snapshot scrub` makes everything up from, 32 random bytes',
  CUTOVER_SNAPSHOT_DEPLOY_KEY_FILE: 'file with the SSH key that `cutover snapshot publish` pushes with',
  CUTOVER_PUSH_KEY_FILE: 'file with the SSH deploy key that `cutover push` pushes with',
  CUTOVER_PUSH_TOKEN_FILE: 'file with the token that `cutover push` pushes with over HTTPS',
  CUTOVER_WEBHOOK: 'address that is told how a run goes, where it is a secret; else --webhook',
  CUTOVER_WEBHOOK_SECRET: 'key that what is told there is signed with',
  CUTOVER_DEPLOY_KEY_FILE: 'file with the SSH key that may push to stores.remote of a run file',
  CUTOVER_SSH_PASSWORD: 'password of the account that `cutover transfer` reaches the destination with',
  CUTOVER_HUB_DATABASE_URL:
    'address of the PostgreSQL database of `cutover moves` and `cutover worker` with its password, for --config without databaseUrlFile',
  HOME: 'where `~/` of a path leads',
  NO_COLOR: 'set: no colours',
} as const;

/** A variable's value; empty counts as not set. */
export function environment(name: keyof typeof environmentVariables): string | undefined {
  const value = process.env[name];
  return value === undefined || value === '' ? undefined : value;
}

/** All of it, for hooks: they are given what the run file names. */
export function wholeEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
