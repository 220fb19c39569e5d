export type { BootedTarget, BootTarget, Origin, RehearsalOptions } from './context.ts';
export { cutoverPlan } from './plan.ts';
export { rehearse, type Rehearsal } from './rehearse.ts';
export {
  PointOfNoReturn,
  sayWayBack,
  takeWayBackBaseline,
  type WayBackBaseline,
  type WayBackOptions,
  type WayBackState,
  type WayBackVerdict,
} from './way-back/detector.ts';
export type { Loss } from './way-back/carried.ts';
