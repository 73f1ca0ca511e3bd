import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { constants, Script } from 'node:vm';

type Serving = typeof import('./serve');
type Wrapped = (
  exports: Serving,
  require: NodeJS.Require,
  filename: string,
  dirname: string,
) => void;

/** What `bin/bundle.js` makes: the server with everything it imports in one file, of ASCII only. */
const folder = join(__dirname, '../server');
const bundle = join(folder, 'bundle.js');
/** What the engine made of it, for this version of it, these flags and this processor. */
const compiled = (): string => join(folder, `${String(cachedDataVersionTag())}.compiled`);

/** The server out of the build's one file; nothing when there is no build, as in development. */
export function compiledServer(): Serving | undefined {
  return existsSync(bundle) ? load(readScript()) : undefined;
}

/** For the build: keeps what the engine makes of the bundle, so that a start compiles nothing. */
export function keepCompiled(): void {
  const script = readScript();
  load(script);
  writeFileSync(compiled(), script.createCachedData());
}

function readScript(): Script {
  const file = compiled();
  const cachedData = existsSync(file) ? readFileSync(file) : undefined;
  return new Script(readFileSync(bundle, 'latin1'), {
    filename: bundle,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData && { cachedData }),
  });
}

function load(script: Script): Serving {
  const exported = {} as Serving;
  const wrapped = script.runInThisContext() as Wrapped;
  wrapped(exported, createRequire(__filename), __filename, __dirname);
  return exported;
}
