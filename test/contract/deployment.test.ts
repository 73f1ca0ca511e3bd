import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { commands } from '../../src/commands';
import { readSettings, settingNames } from '../../src/kernel/settings';
import { repositoryFiles } from '../support/repository-files';

const variables = new Set(['NODE_ENV', ...settingNames.map(({ env }) => env)]);
const defaults = JSON.parse(readFileSync('config/default.json', 'utf8')) as { port: number };
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  version: string;
  engines: { node: string };
  scripts: Record<string, string>;
};
const committed = repositoryFiles().map(({ path }) => path);
const isCommitted = (path: string) =>
  committed.some((one) => one === path || one.startsWith(`${path}/`));

/** `dist/src/main.js` is what the build makes of `src/main.ts`; everything else stands in the repository. */
const isThere = (script: string) =>
  isCommitted(script.replace(/^dist\/(.*)\.js$/, '$1.ts')) || isCommitted(script);

const unknown = (env: Record<string, unknown>) =>
  Object.keys(env).filter((name) => !variables.has(name));

type App = {
  name: string;
  script: string;
  cwd: string;
  instances: number;
  exec_mode: string;
  increment_var?: string;
  kill_timeout: number;
  env: Record<string, string>;
};
// eslint-disable-next-line @typescript-eslint/no-require-imports -- PM2 reads it the same way
const { apps } = require('../../ecosystem.config.js') as { apps: App[] };

const masterKey = Buffer.alloc(32, 1).toString('base64');
const given = {
  DATABASE_URL: 'mysql://db/guanxi',
  REDIS_URL: 'redis://cache',
  GUANXI_MASTER_KEY: masterKey,
  PUBLIC_URL: 'https://guanxi.example.com',
};

describe('package.json', () => {
  test('has no script that npm would leave out where it is told to run none of its own accord', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    const beside = Object.keys(scripts).filter((name) => {
      const main = /^(?:pre|post)(.+)$/.exec(name)?.[1] ?? '';
      return main in scripts || /^(pre|post)?install$|^prepare$/.test(name);
    });

    expect(beside).toEqual([]);
    expect(scripts['start']).toBe('node --max-semi-space-size=32 bin/start.js');
  });
});

describe('ecosystem.config.js', () => {
  test('starts web and worker processes of the program that the build makes', () => {
    expect(apps.map(({ env }) => env['ROLE'])).toEqual(['web', 'worker']);
    expect(apps.filter(({ script }) => !isThere(script))).toEqual([]);
    expect(apps.map(({ cwd }) => cwd)).toEqual([resolve('.'), resolve('.')]);
  });

  test('sets only variables that are settings, to values that a production start accepts', () => {
    for (const { env } of apps) {
      expect(unknown(env)).toEqual([]);
      expect(readSettings({ ...given, ...env })).toMatchObject({
        isProduction: true,
        isSandboxOn: false,
      });
    }
  });

  test('holds no secret and no address: those come from the environment', () => {
    const held = apps.flatMap(({ env }) => Object.keys(env));

    expect(new Set(held)).toEqual(new Set(['NODE_ENV', 'ROLE', 'PORT', 'HOST']));
  });

  test('gives no two processes on one machine the same port, except where they share it', () => {
    const [web, worker] = apps;

    expect(Number(web?.env['PORT'])).toBe(defaults.port);
    expect(web?.exec_mode).toBe('cluster');
    expect(worker?.increment_var).toBe('PORT');
    expect(worker?.env['PORT']).not.toBe(web?.env['PORT']);
  });

  test('leaves more time to stop than a stop takes', () => {
    expect(apps.every(({ kill_timeout }) => kill_timeout >= 15_000)).toBe(true);
  });
});

describe('Dockerfile', () => {
  const lines = readFileSync('Dockerfile', 'utf8')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => /^[A-Z]+ /.test(line));
  const stages = lines.reduce<{ name: string; lines: string[] }[]>((all, line) => {
    const from = /^FROM (\S+)(?: AS (\S+))?/.exec(line);
    if (from) all.push({ name: from[2] ?? '', lines: [] });
    all.at(-1)?.lines.push(line);
    return all;
  }, []);
  const last = stages.at(-1)!.lines;
  const copies = (stage: string[]) =>
    stage
      .filter((line) => line.startsWith('COPY '))
      .map((line) => {
        const words = line.split(' ').slice(1);
        const from = words.find((word) => word.startsWith('--'))?.replace('--from=', '');
        const paths = words.filter((word) => !word.startsWith('--'));
        return { from, sources: paths.slice(0, -1) };
      });
  const commandOf = (line: string | undefined) =>
    JSON.parse(line!.slice(line!.indexOf('['))) as string[];

  test('copies files that are in the repository or come from an earlier stage', () => {
    const names = stages.map(({ name }) => name);
    const missing = stages.flatMap(({ lines: stage }) =>
      copies(stage).flatMap(({ from, sources }) =>
        from === undefined
          ? sources.filter((source) => !isCommitted(source.replace(/^\.\//, '')))
          : names.includes(from)
            ? []
            : [from],
      ),
    );

    expect(missing).toEqual([]);
  });

  test('copies everything the build reads', () => {
    const copied = copies(stages[0]!.lines).flatMap(({ sources }) => sources);
    const inputs = /const inputs = \[([^\]]*)\]/.exec(readFileSync('bin/source-hash.js', 'utf8'));
    const read = [...(inputs?.[1] ?? '').matchAll(/'([^']+)'/g)].map(([, path]) => path);

    expect(read.length).toBeGreaterThan(4);
    expect(read.filter((path) => !copied.includes(path!))).toEqual([]);
  });

  test('does not hide from itself what it copies', () => {
    const hidden = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const copied = stages.flatMap(({ lines: stage }) =>
      copies(stage).flatMap(({ from, sources }) => (from === undefined ? sources : [])),
    );

    expect(copied.filter((path) => hidden.includes(path))).toEqual([]);
    expect(hidden).toEqual(
      expect.arrayContaining(['.git', '.env', 'data', 'dist', 'node_modules']),
    );
  });

  test('starts the built server, as nobody special, with the settings it knows', () => {
    const command = commandOf(last.find((line) => line.startsWith('CMD ')));
    const env = last
      .filter((line) => line.startsWith('ENV '))
      .flatMap((line) => [...line.slice(4).matchAll(/(\w+)=(\S+)/g)])
      .map(([, name, value]) => [name!, value!] as const);

    const script = command.at(-1)!;
    expect(command).toEqual(['node', '--max-semi-space-size=32', 'dist/src/main.js']);
    expect(isThere(script)).toBe(true);
    expect(readFileSync('bin/start.js', 'utf8')).toContain(`'../${script}'`);
    expect(last).toContain('USER node');
    expect(unknown(Object.fromEntries(env))).toEqual([]);
    expect(readSettings({ ...given, ...Object.fromEntries(env) }).isProduction).toBe(true);
  });

  test('exposes the port that the settings have, and asks it for its health', () => {
    const health = last.find((line) => line.startsWith('HEALTHCHECK'));
    const routes = readFileSync('src/console/health.ts', 'utf8');

    expect(last).toContain(`EXPOSE ${defaults.port}`);
    expect(health).toContain(`process.env.PORT || ${defaults.port}`);
    expect(health).toContain("'/healthz'");
    expect(routes).toContain("router.get('/healthz'");
  });

  test('has a Node that the manifest allows', () => {
    const nodes = stages.map(({ lines: [from] }) => /^FROM node:(\d+)-/.exec(from ?? '')?.[1]);

    expect(manifest.engines.node).toBe('>=20.19');
    expect(nodes.filter((major) => Number(major) < 20)).toEqual([]);
    expect(new Set(nodes).size).toBe(1);
  });

  test('ships nothing of the development dependencies', () => {
    const modules = stages.find(({ name }) => name === 'modules');

    expect(modules?.lines).toContain('RUN npm ci --omit=dev');
    expect(last).toContain('COPY --from=modules /app/node_modules ./node_modules');
  });
});

describe('compose.yaml', () => {
  type Service = {
    image: string;
    build?: string;
    command?: string[];
    environment: Record<string, string>;
    ports?: string[];
    depends_on?: Record<string, { condition: string }>;
    healthcheck?: { test?: string[]; disable?: boolean };
    volumes?: string[];
  };
  const { services, volumes } = parse(readFileSync('compose.yaml', 'utf8'), { merge: true }) as {
    services: Record<string, Service>;
    volumes: Record<string, unknown>;
  };
  const ours = Object.entries(services).filter(([, service]) => service.build !== undefined);
  const filled = (value: string) =>
    value.replace(
      /\$\{(\w+):\?[^}]*\}/g,
      (_whole, name: string) => new Map(Object.entries(given)).get(name) ?? 'secret0password1',
    );

  test('has web, worker, a migration before them, MariaDB and Redis', () => {
    expect(Object.keys(services).sort()).toEqual(['mariadb', 'migrate', 'redis', 'web', 'worker']);
    expect(ours.map(([name]) => name).sort()).toEqual(['migrate', 'web', 'worker']);
    expect(ours.every(([, { image }]) => image === `guanxi:${manifest.version}`)).toBe(true);
  });

  test('sets only variables that are settings, to values that a production start accepts', () => {
    for (const [name, { environment }] of ours) {
      const env = Object.fromEntries(
        Object.entries(environment).map(([variable, value]) => [variable, filled(value)]),
      );

      expect([name, unknown(environment)]).toEqual([name, []]);
      expect(readSettings(env)).toMatchObject({ isProduction: true, isSandboxOn: false });
    }
    expect(services['web']?.environment['ROLE']).toBe('web');
    expect(services['worker']?.environment['ROLE']).toBe('worker');
  });

  test('takes every secret from outside', () => {
    const secrets = Object.values(services)
      .flatMap(({ environment }) => Object.entries({ ...environment }))
      .filter(([name]) => /KEY|PASSWORD|TOKEN|SECRET/.test(name))
      .filter(([name]) => name !== 'MARIADB_RANDOM_ROOT_PASSWORD');

    expect(secrets.length).toBeGreaterThan(2);
    expect(secrets.filter(([, value]) => !/^\$\{\w+:\?.+\}$/.test(value))).toEqual([]);
  });

  test('looks for database and Redis where they are', () => {
    const { DATABASE_URL, REDIS_URL } = services['web']!.environment;
    const database = new URL(filled(DATABASE_URL!));
    const mariadb = services['mariadb']!.environment;

    expect(services[database.hostname]?.image).toMatch(/^mariadb:10\.11$/);
    expect(database.pathname).toBe(`/${mariadb['MARIADB_DATABASE']!}`);
    expect(database.username).toBe(mariadb['MARIADB_USER']);
    expect(services[new URL(REDIS_URL!).hostname]?.image).toMatch(/^redis:/);
    expect(services['mariadb']?.command?.join(' ')).toContain('utf8mb4_bin');
    expect(services['redis']?.command?.join(' ')).toContain('noeviction');
    expect(Object.keys(volumes)).toEqual(['mariadb']);
  });

  test('runs commands that exist, and publishes the port that is listened on', () => {
    const scripts = ours.flatMap(([, { command }]) => (command ? [command[1]!] : []));

    expect(scripts).toEqual(['bin/guanxi.js']);
    expect(scripts.filter((script) => !isThere(script))).toEqual([]);
    expect(services['web']?.ports).toEqual([
      `127.0.0.1:${services['web']!.environment['PORT']!}:${services['web']!.environment['PORT']!}`,
    ]);
    expect(services['worker']?.ports).toBeUndefined();
  });

  test('waits for services that exist and can say that they are well', () => {
    const waits = Object.values(services).flatMap(({ depends_on = {} }) =>
      Object.entries(depends_on),
    );
    const deaf = waits.filter(
      ([name, { condition }]) =>
        condition === 'service_healthy' && !services[name]?.healthcheck?.test,
    );

    expect(waits.filter(([name]) => !services[name])).toEqual([]);
    expect(deaf).toEqual([]);
    expect(services['web']?.depends_on?.['migrate']?.condition).toBe(
      'service_completed_successfully',
    );
  });

  test('the command line has the migration that it runs first', () => {
    expect(services['migrate']?.command).toEqual(['node', 'bin/guanxi.js', 'migrate']);
    expect(commands.map(({ name }) => name)).toContain('migrate');
  });
});
