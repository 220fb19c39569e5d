export type { BootedTarget, BootTarget, Origin, RehearsalOptions } from './context.ts';
export { drive, driveBack, type Driven, type DriveInput, type WentBack } from './drive.ts';
export { hookEnvironment, hookExits } from './hooks/hooks.ts';
export { cutoverPlan } from './plan.ts';
export { assertRehearsed } from './rehearsed.ts';
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
export { hookNames, parseRunFile, readRunFile, type RunFile } from './site/run-file.ts';
export type { CarriedBack, DumpTaken, NewSide, Site, WayBack } from './site/site.ts';
export { type CarryBackManifest, type CarryBackOptions, writeCarryBack } from './way-back/bundle.ts';
export { type LegacySchema, readLegacySchema } from './way-back/legacy-schema.ts';
