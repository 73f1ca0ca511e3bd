import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildOnce } from '../support/build-once';

const root = join(__dirname, '../..');

beforeAll(buildOnce, 240_000);

/** What a process with these flags says of how it loaded the built server. */
function loadedWith(flags: readonly string[]): { modules: number; isCompiled: boolean } {
  const script = `
    const { Script } = require('node:vm');
    let isCompiled = false;
    const run = Script.prototype.runInThisContext;
    Script.prototype.runInThisContext = function (...given) {
      if (this.cachedDataRejected === false) isCompiled = true;
      return run.apply(this, given);
    };
    require('./dist/src/compiled-server').compiledServer();
    process.stdout.write(JSON.stringify({ modules: Object.keys(require.cache).length, isCompiled }));
    process.exit();`;
  const said = spawnSync(process.execPath, [...flags, '-e', script], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(said.stderr).toBe('');
  return JSON.parse(said.stdout) as { modules: number; isCompiled: boolean };
}

// The flags of `npm start`, the image and PM2, and a plain `node dist/src/main.js`.
test.each([[['--max-semi-space-size=32']], [[]]])(
  'a start with %j reads the server as one file and compiles nothing of it',
  (flags) => {
    const { modules, isCompiled } = loadedWith(flags);
    expect(isCompiled).toBe(true);
    expect(modules).toBeLessThan(50);
  },
);

test('with other flags the one file is compiled anew, and serves all the same', () => {
  const { modules, isCompiled } = loadedWith(['--stack-size=900']);
  expect(isCompiled).toBe(false);
  expect(modules).toBeLessThan(50);
});
