const { existsSync, readFileSync, readdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
/** Bundled into the browser build although they are development dependencies of the server. */
const bundled = [
  'vue',
  'vue-router',
  'element-plus',
  'vant',
  'echarts',
  '@lucide/vue',
  '@wecom/jssdk',
];

/** Licences of everything shipped: production dependencies and what the browser build contains. */
exports.writeNotices = (file) => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const seen = new Map();
  const queue = [...Object.keys(dependencies), ...bundled];
  for (let name = queue.shift(); name; name = queue.shift()) {
    const folder = join(root, 'node_modules', name);
    if (seen.has(name) || !existsSync(join(folder, 'package.json'))) continue;
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const licence = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    seen.set(name, {
      title: `${name} ${manifest.version} — ${manifest.license ?? 'see text'}`,
      text: licence ? readFileSync(join(folder, licence), 'utf8').trim() : '',
    });
    queue.push(...Object.keys(manifest.dependencies ?? {}));
  }
  const parts = [...seen.keys()]
    .sort()
    .map((name) => `${seen.get(name).title}\n\n${seen.get(name).text}\n`);
  writeFileSync(file, parts.join(`\n${'-'.repeat(72)}\n\n`));
};
