export { repOperations } from './reps.operations';
