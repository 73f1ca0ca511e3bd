import { readFileSync } from 'node:fs';

type Locked = {
  version?: string;
  resolved?: string;
  integrity?: string;
  license?: string;
  dev?: boolean;
  hasInstallScript?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
};

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  lockfileVersion: number;
  packages: Record<string, Locked>;
};
const entries = Object.entries(lock.packages).filter(([path]) => path !== '');
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 13);

/** Versions below these have published holes that concern us. */
const floors: Record<string, string> = {
  koa: '3.1.2', // host header confusion, redirects, slow header patterns
  mysql2: '3.9.8', // code execution and prototype pollution
  xml2js: '0.5.0', // prototype pollution
  typeorm: '0.3.26', // an object where a text was expected
};

/** What a licence must be for a package to be shipped. */
const allowed = new Set([
  'MIT',
  'MIT-0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'ISC',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unicode-3.0',
  'Unicode-DFS-2016',
]);

const exceptions: Record<string, { license: string; because: string }> = {
  tweetnacl: {
    license: 'Unlicense',
    because: 'given to the public domain; wechatpay-node-v3 needs it',
  },
};

/** They have scripts, and .npmrc switches all scripts off: each works without. */
const withInstallScript = new Set([
  '@parcel/watcher',
  '@swc/core',
  'esbuild',
  'msgpackr-extract',
  'unrs-resolver',
]);

/** Development packages of the server whose code the browser build carries. */
const bundled = [
  'vue',
  'vue-router',
  'element-plus',
  'vant',
  'echarts',
  '@lucide/vue',
  '@wecom/jssdk',
];

function isAtLeast(version: string, floor: string): boolean {
  const numbers = (text: string) => text.split('-')[0]!.split('.').map(Number);
  const [has, needs] = [numbers(version), numbers(floor)];
  const place = needs.findIndex((part, index) => part !== has[index]);
  return place === -1 ? !version.includes('-') : has[place]! > needs[place]!;
}

/** The package that `from` gets when it asks for `name`: the nearest folder above that has it. */
function found(from: string, name: string): string | undefined {
  for (
    let folder = from;
    ;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))
  ) {
    const path = folder ? `${folder}/node_modules/${name}` : `node_modules/${name}`;
    if (lock.packages[path]) return path;
    if (!folder.includes('/node_modules/')) {
      return lock.packages[`node_modules/${name}`] ? `node_modules/${name}` : undefined;
    }
  }
}

/** Everything that leaves this repository in a running installation: production packages and the browser's. */
function shippedPackages(): string[] {
  const seen = new Set(entries.filter(([, one]) => one.dev !== true).map(([path]) => path));
  const queue = bundled.flatMap((name) => found('', name) ?? []);
  for (let path = queue.pop(); path; path = queue.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const { dependencies = {} } = lock.packages[path]!;
    for (const name of Object.keys(dependencies)) queue.push(...[found(path, name) ?? []].flat());
  }
  return [...seen].sort();
}

describe('package-lock.json', () => {
  test('is of version 3 and has every direct dependency', () => {
    const root = lock.packages['']!;
    const wanted = Object.keys({ ...root.dependencies });

    expect(lock.lockfileVersion).toBe(3);
    expect(wanted.filter((name) => !lock.packages[`node_modules/${name}`])).toEqual([]);
  });

  test('has an integrity for every package', () => {
    const without = entries.filter(([, one]) => !/^sha512-[\w+/=]{86,}$/.test(one.integrity ?? ''));

    expect(without.map(([path]) => path)).toEqual([]);
  });

  test('records no address a package came from: no host, no folder of a machine', () => {
    // `omit-lockfile-registry-resolved=true` in .npmrc keeps npm from writing them.
    const addressed = entries.filter(([, one]) => one.resolved !== undefined);
    const odd = Object.values(lock.packages).flatMap(({ dependencies }) =>
      Object.entries(dependencies ?? {}).filter(([, range]) =>
        /^(https?|git|file|ssh|link):|\//.test(
          range.replace(/^npm:/, '').replace(/^@[\w.-]+\/[\w.-]+@/, ''),
        ),
      ),
    );

    expect(addressed.map(([path]) => path)).toEqual([]);
    expect(odd).toEqual([]);
  });

  test('has no version below the floor of a published hole', () => {
    // What is shipped: co-wechat, the rival in the callback bench, keeps an old xml2js to itself.
    const below = shippedPackages().flatMap((path) => {
      const { version = '0' } = lock.packages[path]!;
      const floor = floors[nameOf(path)];
      return floor && !isAtLeast(version, floor) ? [`${path} ${version} < ${floor}`] : [];
    });
    const absent = Object.keys(floors).filter((name) => !lock.packages[`node_modules/${name}`]);

    expect(below).toEqual([]);
    expect(absent).toEqual([]);
  });

  test('compares versions by number, part by part', () => {
    expect(isAtLeast('3.24.6', '3.9.8')).toBe(true);
    expect(isAtLeast('3.9.8', '3.9.8')).toBe(true);
    expect(isAtLeast('3.9.7', '3.9.8')).toBe(false);
    expect(isAtLeast('0.3.26', '0.5.0')).toBe(false);
    expect(isAtLeast('3.1.2-rc.1', '3.1.2')).toBe(false);
    expect(isAtLeast('10.0.0', '9.9.9')).toBe(true);
  });

  test('brings install scripts only with packages that work without them', () => {
    const scripted = entries
      .filter(([, one]) => one.hasInstallScript)
      .map(([path]) => nameOf(path))
      .filter((name) => !withInstallScript.has(name));

    expect(scripted).toEqual([]);
    expect(readFileSync('.npmrc', 'utf8')).toMatch(/^ignore-scripts=true$/m);
  });

  test('ships only packages under a permissive licence', () => {
    const shipped = shippedPackages();
    const refused = shipped.flatMap((path) => {
      const { license = 'none' } = lock.packages[path]!;
      const isAllowed = license
        .replace(/[()]/g, '')
        .split(/ OR /)
        .some((choice) => choice.split(/ AND /).every((one) => allowed.has(one)));
      const isExcepted = exceptions[nameOf(path)]?.license === license;
      return isAllowed || isExcepted ? [] : [`${path}: ${license}`];
    });

    expect(shipped.length).toBeGreaterThan(200);
    expect(refused).toEqual([]);
  });

  test('keeps no exception that is no longer needed', () => {
    const shipped = new Set(shippedPackages().map(nameOf));

    expect(Object.keys(exceptions).filter((name) => !shipped.has(name))).toEqual([]);
  });
});
