export type { BootedTarget, BootTarget, RehearsalOptions } from './context.ts';
export { cutoverPlan } from './plan.ts';
export { rehearse, type Rehearsal } from './rehearse.ts';
