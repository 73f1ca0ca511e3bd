/**
 * Puts the built server and all it imports into one file, and keeps what the engine makes of it: a start reads
 * two files instead of 2,500 and compiles next to nothing. Packages with a binary stay where they are.
 */
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');
const { buildSync } = require('esbuild');

const dist = join(__dirname, '../dist');
/** The engine keeps code for the flags it runs with: those of `npm start`, the image and PM2, and none. */
const ways = [['--max-semi-space-size=32'], []];

exports.bundleServer = () => {
  buildSync({
    entryPoints: [join(dist, 'src/serve.js')],
    outfile: join(dist, 'server/bundle.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    charset: 'ascii',
    external: ['libsql', '@node-rs/*', 'msgpackr-extract'],
    banner: { js: '(function (exports, require, __filename, __dirname) {' },
    footer: { js: '})' },
    logLevel: 'error',
  });
  const keep = `require(${JSON.stringify(join(dist, 'src/compiled-server.js'))}).keepCompiled(); process.exit()`;
  for (const flags of ways) {
    const done = spawnSync(process.execPath, [...flags, '-e', keep], { stdio: 'inherit' });
    if (done.status !== 0) process.exit(done.status ?? 1);
  }
};
