export { countRows } from './count-rows.ts';
export { checkCounts } from './counts.ts';
export { type ActualNameId, checkNameIds, type ExpectedNameId } from './name-ids.ts';
export { checkPrivateValues, type PrivateValuesInput } from './private-values.ts';
export { checkRedirectRules } from './redirect-rules.ts';
export { checkRedirects, type RedirectOptions, type RowUrls } from './redirects.ts';
export { checkHealth, checkSignIn, type SignInAttempt } from './target-answers.ts';
export { checkTree } from './tree-counts.ts';
