export { receive, type ReceiveOptions } from './receive/receive.ts';
export { cancelMove, type CancelOptions } from './send/cancel-move.ts';
export { type Hook, readHooks } from './send/lockdown.ts';
export { type MoveFacts, newestMove, readMoveFacts } from './send/move-files.ts';
export type { MovePhase, MoveStatus } from './send/move-status.ts';
export { sendMove, type SendOptions, type SentMove } from './send/send-move.ts';
export { parseTarget, type SshOptions, type SshTarget, sshWire } from './wire/ssh.ts';
export type { OpenWire, Wire } from './wire/wire.ts';
export { isStream } from './wire/frame-reader.ts';
