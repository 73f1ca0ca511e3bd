import { get } from 'node:http';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { permissions, permissionsOf, roles } from '../../src/kernel/access';
import { holdDataDir } from '../../src/kernel/data-dir';
import { pathsOf, withoutPlace, type BodySchema } from '../support/field-places';
import { newKey } from '../support/json-client';
import { apiToken, startApp, type RunningApp } from '../support/start-app';

type Described = Record<
  string,
  Record<
    string,
    {
      'x-permission': string;
      parameters: { name: string; in: string; required: boolean }[];
      requestBody?: { content: { 'application/json': { schema: BodySchema } } };
    }
  >
>;

/** Forms of the console, and the parts they are made of; ids picked from a list are right. */
const forms: [string, string, string[]][] = [
  ['POST', '/contact-ways', ['wecom/RecordSheet', 'wecom/WayPage', 'wecom/ShiftRows']],
  ['POST', '/room-codes', ['wecom/RecordSheet', 'wecom/RoomCodePage']],
  ['POST', '/room-greetings', ['wecom/RecordSheet', 'wecom/RoomGreetingPage']],
  ['PUT', '/accounts/{id}/welcomes', ['wecom/WelcomesPage', 'wecom/SpecialWelcomes']],
  ['POST', '/handovers', ['wecom/NewHandoverPage']],
  [
    ...(['POST', '/outreach'] as const),
    ['OutreachEditor', 'WordsStep', 'WhoStep', 'MomentWho', 'WhenStep'].map(
      (name) => `outreach/${name}`,
    ),
  ],
  ['POST', '/scripts', ['sales/ScriptsPage']],
  ['POST', '/materials', ['sales/MaterialFields']],
  ['POST', '/canned-replies', ['conversations/CannedRepliesPage']],
];
const chosen = ['accountId', 'kind', 'version', 'way', 'links'];

/** Routes that answer without a signed-in actor; a new one has to be put here by hand. */
const open = [
  'GET /api/openapi.json',
  'GET /api/docs',
  'GET /api/v1/session',
  'POST /api/v1/session',
  'DELETE /api/v1/session',
  'GET /api/v1/sign-in-hints',
  'POST /api/v1/first-owner',
  'GET /api/v1/sidebar/sign-in',
  'GET /api/v1/sidebar/signed-in',
  'GET /m/reader.js',
  // WeChat itself fetches what stands on article cards: by the hash of its bytes.
  'GET /api/v1/media/pictures/{name}',
  'GET /m/{token}',
  'POST /m/{token}/reading',
];

describe('access', () => {
  let app: RunningApp;
  let routes: { method: string; path: string; permission: string }[];
  let described: Described;
  beforeAll(async () => {
    app = await startApp({ SANDBOX: 'off' });
    const { body } = await app.api<{ paths: Described }>('GET', '/api/openapi.json');
    described = body.paths;
    routes = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, detail]) => ({
        method: method.toUpperCase(),
        path,
        permission: detail['x-permission'],
      })),
    );
  });
  afterAll(() => app.stop());

  const call = (route: { method: string; path: string }, headers: Record<string, string>) =>
    app.api(
      route.method,
      route.path.replace(/\{\w+\}/g, '01AAAAAAAAAAAAAAAAAAAAAAAA'),
      route.method === 'GET' || route.method === 'DELETE' ? undefined : {},
      headers,
    );

  test('every route declares a permission of the closed list, and the open ones are known by name', () => {
    const openNow = routes.filter((route) => route.permission === 'public');

    const undeclared = routes.filter(
      (route) =>
        route.permission !== 'public' &&
        route.permission !== 'signed-in' &&
        route.permission !== 'rep' &&
        !(permissions as readonly string[]).includes(route.permission),
    );

    expect(routes.length).toBeGreaterThan(60);
    expect(undeclared).toEqual([]);
    expect(openNow.map((route) => `${route.method} ${route.path}`).sort()).toEqual(
      [...open].sort(),
    );
  });

  test.each(forms)('what is wrong with a field of %s %s has its place', (method, path, files) => {
    const { requestBody } = described[`/api/v1${path}`]?.[method.toLowerCase()] ?? {};
    const schema = requestBody?.content['application/json'].schema ?? {};
    const fields = pathsOf(schema).filter(
      (field) => !chosen.includes(field.split('.')[0] ?? '') && !/(user|tag)Ids\.\*$/.test(field),
    );

    const lost = withoutPlace(
      fields,
      files.map((name) => `${name}.vue`),
    );

    expect(fields.length).toBeGreaterThan(2);
    expect(lost).toEqual([]);
  });

  test('without a token every other route answers 401 and nothing else', async () => {
    const guarded = routes.filter((route) => route.permission !== 'public');

    const answers = await Promise.all(
      guarded.map(async (route) => ({
        route: `${route.method} ${route.path}`,
        status: (await call(route, { authorization: '' })).status,
      })),
    );

    expect(answers.filter((answer) => answer.status !== 401)).toEqual([]);
  });

  test.each(roles)(
    'a token with the rights of %s opens exactly the routes of that role',
    async (role) => {
      const granted = permissionsOf[role];
      const token =
        granted.length === 0
          ? undefined
          : (
              await app.api<{ token: string }>('POST', '/api/v1/api-tokens', {
                name: role,
                permissions: granted,
              })
            ).body.token;
      const guarded = routes.filter(
        (route) => route.permission !== 'public' && !/events$/.test(route.path),
      );

      const wrong: string[] = [];
      for (const route of guarded) {
        if (!token) continue;
        const isGranted =
          route.permission === 'signed-in' ||
          (granted as readonly string[]).includes(route.permission);
        if (isGranted) continue;
        const { status } = await call(route, { authorization: `Bearer ${token}` });
        if (status !== 403) wrong.push(`${route.method} ${route.path} answered ${status}`);
      }

      expect(wrong).toEqual([]);
    },
  );

  test('a session needs its CSRF token to write, and a foreign origin is refused', async () => {
    const { body: made } = await app.api<{ id: string }>('POST', '/api/v1/operators', {
      email: 'someone@example.com',
      name: 'Someone',
      role: 'owner',
      password: 'a long enough password',
    });
    const signIn = await app.api<{ csrfToken: string }>(
      'POST',
      '/api/v1/session',
      { email: 'someone@example.com', password: 'a long enough password' },
      { authorization: '' },
    );
    const cookie = (signIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const write = (headers: Record<string, string>) =>
      app.api(
        'POST',
        '/api/v1/person-fields',
        { key: 'k', name: 'K', type: 'text' },
        { authorization: '', cookie, ...headers },
      );

    const without = await write({});
    const foreign = await write({
      'x-csrf-token': signIn.body.csrfToken,
      origin: 'https://evil.example',
    });
    const good = await write({ 'x-csrf-token': signIn.body.csrfToken });

    expect(made.id).toBeDefined();
    expect(signIn.status).toBe(200);
    expect([without.status, foreign.status, good.status]).toEqual([403, 403, 201]);
  });

  test('the right password signs in, whatever session the browser still holds', async () => {
    const signIn = (cookie: string) =>
      app.api<{ operator: { email: string } }>(
        'POST',
        '/api/v1/session',
        { email: 'someone@example.com', password: 'a long enough password' },
        { authorization: '', cookie },
      );

    const stale = await signIn('guanxi-session=of-a-folder-that-was-deleted');
    const fresh = (stale.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const beside = await signIn(fresh);

    expect([stale.status, stale.body.operator.email]).toEqual([200, 'someone@example.com']);
    expect(beside.status).toBe(200);
  });

  test('what moves money is refused without an Idempotency-Key, and the description asks for it', async () => {
    const keyOf = ({ method, path }: { method: string; path: string }) =>
      described[path]?.[method.toLowerCase()]?.parameters.find(
        ({ name }) => name === 'Idempotency-Key',
      );
    const moving = routes.filter((route) => keyOf(route)?.required);
    const called = await Promise.all(moving.map((route) => call(route, {})));
    const tooLate = await call(moving[0] as (typeof moving)[0], { authorization: '' });

    // Whoever adds a route that needs `promotions.pay` says here whether it pays; stopping needs no key.
    const paying = routes.filter(({ permission }) => permission === 'promotions.pay');
    const names = (some: typeof routes) =>
      some.map(({ method, path }) => `${method} ${path}`).sort();
    expect(names(moving)).toEqual([
      'POST /api/v1/promotions/resume-all',
      'POST /api/v1/promotions/{id}/run-now',
      'POST /api/v1/promotions/{id}/start',
      'POST /api/v1/schedules/{id}/missed',
    ]);
    expect(names(paying.filter((route) => !keyOf(route)?.required))).toEqual([
      'POST /api/v1/promotions/{id}/cancel',
    ]);
    expect(called.map(({ status, body }) => [status, (body as { code: string }).code])).toEqual(
      moving.map(() => [400, 'idempotency_key_required']),
    );
    expect(tooLate.status).toBe(401);
    const keyed = routes.filter((route) => keyOf(route)).map(({ method }) => method);
    expect(new Set(keyed)).toEqual(new Set(['POST']));
    expect(keyed.length).toBeGreaterThan(moving.length);
  });

  test('an audit entry says what stood there before and what stands there now', async () => {
    const { body: made } = await app.api<{ id: string }>('POST', '/api/v1/operators', {
      ...{ email: 'leaving@example.com', name: 'Leaving', role: 'analyst' },
      password: 'a long enough password',
    });
    await app.api('PATCH', `/api/v1/operators/${made.id}`, { active: false });
    await app.api('POST', '/api/v1/promotions/stop-all');
    await app.api('POST', '/api/v1/promotions/resume-all', undefined, newKey());

    const { body } = await app.api<{
      items: { action: string; before: string; after: string }[];
    }>('GET', '/api/v1/audit-log');

    expect(
      body.items.slice(0, 3).map(({ action, before, after }) => [action, before, after]),
    ).toEqual([
      ['promotions.resumed', '{"paying":false}', '{"paying":true}'],
      ['promotions.stopped', '{"paying":true}', '{"paying":false}'],
      ['operator.changed', '{"active":true}', '{"active":false}'],
    ]);
  });

  test('where the sandbox is off nobody is offered an account of it', async () => {
    const refused = await app.api('POST', '/api/v1/accounts/sandbox', { name: '试一试' });

    expect(refused).toMatchObject({ status: 409, body: { code: 'sandbox_off' } });
  });

  test('ready means database, cache, queue and tokens', async () => {
    const { status, body } = await app.api<{ checks: Record<string, string> }>('GET', '/readyz');

    expect([status, body.checks]).toEqual([
      200,
      { database: 'ok', cache: 'ok', queue: 'ok', tokens: 'ok' },
    ]);
  });

  test('figures are told to this machine by its own name only', async () => {
    const told = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        get(`${app.base}/metrics`, { headers: { host } }, (answer) => {
          resolve(answer.resume().statusCode);
        }).on('error', reject);
      });

    expect(await Promise.all(['localhost', 'pages.example'].map(told))).toEqual([200, 401]);
  });

  test('a foreign page cannot sign somebody in', async () => {
    const { status, body } = await app.api<{ code: string }>(
      'POST',
      '/api/v1/session',
      { email: 'someone@example.com', password: 'a long enough password' },
      { authorization: '', origin: 'https://evil.example' },
    );

    expect([status, body.code]).toEqual([403, 'origin_refused']);
  });

  test('an owner of some accounts does not get beyond them', async () => {
    const password = 'a long enough password';
    const account = (name: string) => ({
      kind: 'official-account',
      name,
      platformId: `wx${name}0001`,
      originalId: `gh_${name}0001`,
      secrets: { appSecret: 'a secret of it', token: 'atoken', encodingAesKey: 'a'.repeat(43) },
    });
    const connect = async (name: string) =>
      (await app.api<{ id: string }>('POST', '/api/v1/accounts', account(name))).body.id;
    const [theirs, own] = [await connect('first'), await connect('second')];
    const email = 'limited@example.com';
    const made = await app.api<{ id: string }>('POST', '/api/v1/operators', {
      email,
      name: 'Limited',
      role: 'owner',
      password,
      accountIds: [own],
    });
    const signIn = await app.api<{
      csrfToken: string;
      seesAllAccounts: boolean;
      accounts: { id: string; name: string }[];
      brand: { name: string };
    }>('POST', '/api/v1/session', { email, password }, { authorization: '' });
    const headers = {
      authorization: '',
      cookie: (signIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '',
      'x-csrf-token': signIn.body.csrfToken,
    };
    const ask = async (method: string, path: string, body?: unknown) => {
      const answer = await app.api<{ code?: string }>(method, `/api/v1${path}`, body, headers);
      return [answer.status, answer.body.code];
    };
    const wide = { email: 'wide@example.com', name: 'W', role: 'owner', password };
    const segment = { name: 'x', rule: { all: [] } };
    const id = '01AAAAAAAAAAAAAAAAAAAAAAAA';

    const shared = [
      await ask('POST', '/operators', wide),
      await ask('PATCH', `/operators/${id}`, { active: false }),
      await ask('POST', '/accounts', account('third')),
      await ask('GET', '/audit-log'),
      await ask('DELETE', `/faqs/learning/${id}`),
      await ask('POST', '/segments', segment),
      await ask('PUT', `/segments/${id}`, segment),
      await ask('DELETE', `/segments/${id}`),
      await ask('POST', '/person-fields', { key: 'shoe', name: 'Shoe', type: 'text' }),
    ];
    const [foreign, mine, segments] = [
      await ask('GET', `/overview?accountId=${theirs}`),
      await ask('GET', `/overview?accountId=${own}`),
      await ask('GET', '/segments'),
    ];

    expect(made.status).toBe(201);
    expect(signIn.body).toMatchObject({ seesAllAccounts: false, brand: { name: 'second' } });
    expect(signIn.body.accounts.map(({ id, name }) => [id, name])).toEqual([[own, 'second']]);
    expect(shared).toEqual(shared.map(() => [403, 'all_accounts_needed']));
    expect([foreign, mine[0], segments[0]]).toEqual([[404, 'not_found'], 200, 200]);
  });

  test.each(['tags', 'work', 'accounts', 'scenes', 'operators', 'api-tokens'])(
    'a broken cursor on %s is refused',
    async (list) => {
      const { status, body } = await app.api<{ code: string }>(
        'GET',
        `/api/v1/${list}?cursor=broken`,
      );

      expect([status, body.code]).toEqual([400, 'cursor_invalid']);
    },
  );

  test('the data directory and the database are for the server alone', () => {
    const mode = (path: string) => statSync(path).mode & 0o777;
    const parent = mkdtempSync(join(tmpdir(), 'guanxi-private-'));
    const folder = join(parent, 'data');
    const letGo = holdDataDir(folder);
    const made = mode(folder);
    letGo();
    rmSync(parent, { recursive: true });
    const files = ['guanxi.db', 'guanxi.db-wal', 'guanxi.db-shm'];

    expect(made).toBe(0o700);
    expect(files.map((file) => mode(join(app.dataDir, file)))).toEqual(files.map(() => 0o600));
  });

  test('an operator gets no password that anybody would try first, and is told why', async () => {
    const add = (name: string, password: string) =>
      app.api<{ errors: { path: string; code: string; message: string }[] }>(
        'POST',
        '/api/v1/operators',
        { email: 'zhanglin@example.com', name, role: 'rep', password },
        { 'accept-language': 'en' },
      );

    const common = await add('Z', 'Passw0rd123');
    const personal = await add('Z', 'zhanglin2026');

    expect([common.status, personal.status]).toEqual([400, 400]);
    expect(common.body.errors).toEqual([
      {
        path: 'password',
        code: 'password_common',
        message: 'Easy to guess: common words, numbers or years.',
      },
    ]);
    expect(personal.body.errors[0]?.code).toBe('password_personal');
  });

  test('sign-in is throttled, and tells nobody whether the operator exists', async () => {
    const attempt = (email: string) =>
      app.api<{ code: string }>(
        'POST',
        '/api/v1/session',
        { email, password: 'wrong wrong wrong' },
        { authorization: '' },
      );

    const known = await attempt('someone@example.com');
    const unknown = await attempt('nobody@example.com');
    const many = await Promise.all(
      Array.from({ length: 12 }, () => attempt('someone@example.com')),
    );

    const refused = many.find((answer) => answer.status === 429);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const later = await attempt('someone@example.com');
    const others = await attempt('nobody@example.com');

    expect([known.status, known.body.code]).toEqual([unknown.status, unknown.body.code]);
    expect(many.filter((answer) => answer.status === 429)).toHaveLength(3);
    const waits = [refused, later].map((answer) => Number(answer?.headers.get('retry-after')));
    expect(waits[0]).toBeLessThanOrEqual(900);
    // It tells what is left of the quarter of an hour, not its length.
    expect(waits[1]).toBeLessThan(waits[0] ?? 0);
    expect(waits[1]).toBeGreaterThan(800);
    // Somebody else behind the same address is not locked out with them.
    expect(others.status).toBe(401);
  });

  test('sign-in from one address ends at a wider bound, whoever is tried', async () => {
    const attempt = async (index: number) => {
      const { status } = await app.api(
        'POST',
        '/api/v1/session',
        { email: `person-${index}@example.com`, password: 'wrong' },
        { authorization: '', 'x-forwarded-for': `10.0.0.${index}` },
      );
      return status;
    };

    const tried = await Promise.all(Array.from({ length: 60 }, (_, index) => attempt(index)));

    expect(tried.filter((status) => status === 401).length).toBeGreaterThan(20);
    expect(tried.filter((status) => status === 429).length).toBeGreaterThan(9);
  });

  test('an Idempotency-Key runs a request once and replays its answer; another body is refused', async () => {
    const key = { 'idempotency-key': 'once-1' };
    const body = { name: 'once', permissions: ['people.read'] };

    const first = await app.api<{ id: string }>('POST', '/api/v1/api-tokens', body, key);
    const again = await app.api<{ id: string }>('POST', '/api/v1/api-tokens', body, key);
    const other = await app.api('POST', '/api/v1/api-tokens', { ...body, name: 'other' }, key);

    expect([first.status, again.status, other.status]).toEqual([201, 201, 422]);
    expect(again.body.id).toBe(first.body.id);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  test.each([
    ['not JSON', '{', 'application/json', 400],
    ['another type', 'a=1', 'application/x-www-form-urlencoded', 415],
    ['an unknown field', '{"name":"x","rule":{},"role":"admin"}', 'application/json', 400],
    ['an object for a text', '{"name":{"role":"admin"},"rule":{}}', 'application/json', 400],
    [
      'a prototype',
      '{"__proto__":{"name":"x"},"name":"y","rule":{"all":[]},"constructor":1}',
      'application/json',
      400,
    ],
  ])('%s is refused with a stable code and no echo', async (_, body, type, status) => {
    const answer = await app.api<{ code: string; requestId: string }>(
      'POST',
      '/api/v1/segments',
      body,
      {
        'content-type': type,
        authorization: `Bearer ${apiToken}`,
      },
    );

    expect(answer.status).toBe(status);
    expect(answer.body.code).toMatch(/^[a-z_]+$/);
    expect(answer.body.requestId).toBeDefined();
    expect(JSON.stringify(answer.body)).not.toContain('admin');
  });

  test.each(['limit=-1', 'limit=1000000000', 'cursor=%00', 'limit=1&limit=2', 'cursor=WzEsMl0'])(
    'a list asked with ?%s is refused',
    async (query) => {
      const answer = await app.api('GET', `/api/v1/people?${query}`);

      expect(answer.status).toBe(400);
    },
  );
});
