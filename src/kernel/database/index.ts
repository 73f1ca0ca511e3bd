export { alongside } from './alongside';
export { copyEmbedded } from './copy-embedded';
export { CommitUnknown } from './commit-unknown';
export * from './db';
export * from './claim';
export * from './columns';
export { migrate } from './migrate';
export { openDatabase, type DatabaseOptions, type OpenDatabase } from './open';
export * from './statements';
