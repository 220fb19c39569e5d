export { parseScrubKey, type ScrubKey } from './key.ts';
export { scrub, type ScrubInput, type ScrubResult, snapshotBranch } from './scrub/scrub.ts';
export { verifySnapshot, type VerifyInput, type VerifyResult } from './verify/verify.ts';
