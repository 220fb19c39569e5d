export { parseScrubKey, type ScrubKey } from './key.ts';
export { publishSnapshot, type PublishInput, type PublishResult } from './publish/publish.ts';
export { sealerOf, sealReport } from './publish/seal.ts';
export { assertSshAddress } from './publish/ssh.ts';
export { requiredChecks, verifyCommandName } from './publish/verdict.ts';
export { scrub, type ScrubInput, type ScrubResult, snapshotBranch } from './scrub/scrub.ts';
export { type Boot, type BootCheckInput, checkBoot } from './verify/boot.ts';
export { verifySnapshot, type VerifyInput, type VerifyResult } from './verify/verify.ts';
