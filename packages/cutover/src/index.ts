export type { BootedTarget, BootTarget, Origin, RehearsalOptions } from './context.ts';
export { cutoverPlan } from './plan.ts';
export { rehearse, type Rehearsal } from './rehearse.ts';
