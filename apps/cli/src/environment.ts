/** The only module that reads the environment: names, meanings, and nothing else is looked at. */
export const environmentVariables = {
  CUTOVER_SIGN_IN_PASSWORD: 'password of the account given with --sign-in',
  CUTOVER_SESSION_SECRET: 'signs session cookies of `cutover serve`; at least 32 characters',
  CUTOVER_INTERNAL_SECRET: 'opens the internal routes of `cutover serve`; at least 16 characters',
  NO_COLOR: 'set: no colours',
} as const;

/** A variable's value; empty counts as not set. */
export function environment(name: keyof typeof environmentVariables): string | undefined {
  const value = process.env[name];
  return value === undefined || value === '' ? undefined : value;
}
