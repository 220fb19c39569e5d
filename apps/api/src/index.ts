export { buildApp } from './app.ts';
export { internalSecretHeader } from './http/internal.ts';
export { type LogWebhookOptions, logWebhook } from './log-webhook.ts';
export { responseIssuer } from './saml/issue.ts';
export type { SamlOptions } from './saml/options.ts';
export type { GithubOptions } from './github/client.ts';
export {
  type ApiOptions,
  defaultSignInLimit,
  type Environment,
  environments,
  type SignInLimit,
} from './options.ts';
export { type RunningApi, startApi } from './start.ts';
