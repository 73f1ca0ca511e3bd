import { compiledServer } from './compiled-server';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- 2,500 files that a built server does not read
const { serve } = compiledServer() ?? (require('./serve') as typeof import('./serve'));
serve();
