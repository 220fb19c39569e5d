export { reconcile, type ReconcileInput } from './reconcile.ts';
