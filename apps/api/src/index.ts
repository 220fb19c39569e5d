export { buildApp } from './app.ts';
export { internalSecretHeader } from './http/internal.ts';
export { type ApiOptions, defaultSignInLimit, type SignInLimit } from './options.ts';
export { type RunningApi, startApi } from './start.ts';
