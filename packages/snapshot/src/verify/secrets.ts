/** Credentials by the shape that those who hand them out have given them. */
const shapes: readonly (readonly [name: string, shape: RegExp])[] = [
  ['private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
  ['AWS access key', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})/],
  ['Slack token', /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/],
  ['Slack webhook', /hooks\.slack\.com\/services\/T[A-Z0-9]+\//],
  ['Google key', /\bAIza[0-9A-Za-z_-]{35}/],
  ['JSON web token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./],
  ['password hash', /\$(?:2[aby]|argon2(?:id|i|d)|6|5|1)\$[^\s"]{8,}/],
  ['npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['password in an address', /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"]+:[^\s/@"]+@/i],
  [
    '40 hex digits of a password hash',
    /(?:hash|password|secret|token)["']?\s*[=:]\s*["']?[0-9a-f]{32,64}\b/i,
  ],
];

/** Names of the kinds of credentials in a text. */
export function secretsIn(text: string): string[] {
  return shapes.filter(([, shape]) => shape.test(text)).map(([name]) => name);
}
