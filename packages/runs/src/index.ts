export { RunControl } from './control.ts';
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
  type ExercisedStep,
  type Plan,
  planFaults,
  planHash,
  type Step,
  type StepResult,
  type Undo,
  type UnexercisedStep,
} from './plan.ts';
export { askToAbort, type RunSeen, type RunState, seeRun } from './read-runs.ts';
export { type JournalEntry, RunDirectory, type RunStatus, type Status } from './run-directory.ts';
export { type PlanResult, rehearsePlan, type RunMeans, type StepDone } from './run-plan.ts';
