export { type Flag, flags, RunControl } from './control.ts';
export type { PlanResult, RunMeans, StepDone, Watchdog } from './engine.ts';
export {
  type Answer,
  type JournalEntry,
  readJournal,
  replay,
  type RunHistory,
  type Wait,
} from './journal.ts';
export { type Lease } from './lease.ts';
export {
  type Notice,
  type Notifier,
  signature,
  type WebhookFormat,
  webhookNotifier,
  type WebhookOptions,
} from './notify.ts';
export {
  assertStep,
  type Hand,
  type Mode,
  type Phase,
  phases,
  type Plan,
  planFaults,
  planHash,
  type Step,
  type StepResult,
  type Undo,
} from './plan.ts';
export { assertEnded, raiseFlag, type RunSeen, type RunState, seeRun } from './read-runs.ts';
export { type OnJournal, RunDirectory, type RunStatus, type Status } from './run-directory.ts';
export { runPlan } from './run-plan.ts';
export { rehearsedSteps } from './timings.ts';
export type { Ask, Effect, StepTools } from './tools.ts';
export { undoPlan, type UndoResult } from './undo-plan.ts';
export { pidOf } from './worker.ts';
export { leaveAnswer, leftAnswers, type Question, Waiting } from './waiting.ts';
