/** Part of `npm start`: builds only when the sources or the lock differ from the last build. */
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { hashFile, sourceHash } = require('./source-hash');

// An image ships dist/ without the sources it was made of: there is nothing to compare.
const hasSources = existsSync(join(__dirname, '..', 'src'));
const isBuilt =
  existsSync(hashFile) && (!hasSources || readFileSync(hashFile, 'utf8') === sourceHash());
if (!isBuilt) {
  const hasTools = ['typescript', 'vite'].every((name) =>
    existsSync(join(__dirname, '..', 'node_modules', name)),
  );
  if (!hasTools) {
    console.error(
      'Guanxi is not built, and the build tools are not installed. Run `npm ci` (with dev dependencies) and start again, or copy dist/ from a machine where `npm run build` ran.',
    );
    process.exit(1);
  }
  console.log('Building Guanxi (first start, or the sources changed) …');
  require('./build');
}
