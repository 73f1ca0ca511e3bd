/** Builds server and web into dist/. */
const { spawnSync } = require('node:child_process');
const { mkdirSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { bundleServer } = require('./bundle');
const { hashFile, sourceHash } = require('./source-hash');
const { writeNotices } = require('./third-party-notices');

const root = join(__dirname, '..');
const run = (script, ...args) => {
  const done = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
};

const hash = sourceHash();
for (const folder of ['src', 'migrations', 'server', 'web']) {
  rmSync(join(root, 'dist', folder), { recursive: true, force: true });
}
mkdirSync(join(root, 'dist'), { recursive: true });
run('typescript/bin/tsc', '-p', 'tsconfig.build.json');
bundleServer();
run('vite/bin/vite.js', 'build', '--logLevel', 'warn');
writeNotices(join(root, 'dist', 'THIRD_PARTY_NOTICES'));
writeFileSync(hashFile, hash);
