export * from './db';
export * from './claim';
export * from './columns';
export { openDatabase, type DatabaseOptions, type OpenDatabase } from './open';
export * from './statements';
