export {
  type ExercisedStep,
  type Plan,
  planFaults,
  planHash,
  type Step,
  type StepResult,
  type Undo,
  type UnexercisedStep,
} from './plan.ts';
export { type JournalEntry, RunDirectory, type RunStatus, type Status } from './run-directory.ts';
export { type PlanResult, rehearsePlan } from './run-plan.ts';
