/** The import rule of CONTRIBUTING.md, held by a machine: arrows point from the product down to the kernel. */
const capability = '^src/(?!kernel/|channels/)[^/]+/';
const rule = (name, from, to) => ({ name, severity: 'error', from, to });
const below = {
  accounts: 'accounts',
  media: 'media|accounts',
  review: 'review',
  attachments: 'attachments|media|accounts',
  relationships: 'relationships|attachments|accounts',
  replies: 'replies|review|media|relationships|accounts',
  menus: 'menus|review|relationships|accounts',
  models: 'models|replies|media|relationships|accounts',
  segments: 'segments|relationships|accounts',
  sending: 'sending|relationships|accounts',
  campaigns: 'campaigns|sending|segments|relationships|accounts',
  'red-packets': 'red-packets|sending|segments|relationships|accounts',
  kf: 'kf|relationships|accounts',
  outreach: 'outreach|segments|relationships|attachments|accounts',
  sales: 'sales|relationships|attachments|accounts',
  conversations: 'conversations|kf|sending|replies|media|relationships|accounts',
  intake: 'intake|relationships|accounts',
  answering:
    'answering|intake|conversations|models|sidebar|kf|red-packets|sending|segments|replies|relationships|accounts',
  forgetting: 'forgetting|conversations|replies|relationships|accounts',
};

module.exports = {
  forbidden: [
    rule('no-cycles', {}, { circular: true }),
    rule(
      'kernel-knows-nobody',
      { path: '^src/kernel/' },
      { path: '^src/', pathNot: '^src/kernel/' },
    ),
    rule(
      'channels-know-only-kernel',
      { path: '^src/channels/' },
      { path: '^src/', pathNot: '^src/(channels|kernel)/' },
    ),
    rule(
      'use-the-front-door',
      { path: '^src/([^/]+)/' },
      { path: capability, pathNot: ['^src/$1/', '/index\\.ts$'] },
    ),
    rule(
      'root-uses-front-door',
      { path: '^src/[^/]+\\.ts$' },
      { path: capability, pathNot: '/index\\.ts$' },
    ),
    ...Object.entries(below).map(([name, allowed]) =>
      rule(
        `${name}-looks-down`,
        { path: `^src/${name}/` },
        { path: '^src/', pathNot: `^src/(${allowed}|channels|kernel)/` },
      ),
    ),
    rule(
      'judge-is-independent',
      { path: '^src/sandbox/' },
      { path: '^src/', pathNot: '^src/(sandbox|kernel)/' },
    ),
    rule(
      'one-home-per-driver',
      { pathNot: '^src/kernel/|^src/sandbox/store/|^test/' },
      { path: 'node_modules/(mysql2|libsql|ioredis|bullmq|node-cron|winston)/' },
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/web/|\\.test\\.ts$' },
  },
};
