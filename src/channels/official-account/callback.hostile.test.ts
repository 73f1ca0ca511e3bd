import { connect } from 'node:net';
import fc from 'fast-check';
import { readFlatXml } from '../wire/flat-xml';
import type { ChannelAccount } from './account';
import { openEnvelope, readCallbackQuery } from './envelope';
import { normaliseMessage } from './normalise';
import {
  accounts,
  message,
  now,
  oldKey,
  originOfCallbacks,
  post,
  secure,
  serveCallbacks,
  type Signed,
} from '../../../test/support/callback-rig';

serveCallbacks();

const good = secure();

/** Writes raw bytes to the server and reads until it hangs up. */
function raw(head: string, drip?: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(originOfCallbacks()).port), '127.0.0.1');
    let text = '';
    let timer: NodeJS.Timeout | undefined;
    socket.on('data', (part) => (text += part.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      resolve(text);
    });
    socket.write(head);
    if (drip !== undefined) timer = setInterval(() => socket.write(drip), 5);
  });
}
const requestHead = `POST /callback/official-account/secure?${new URLSearchParams(good.query).toString()} HTTP/1.1\r\nHost: x\r\n`;

test('a body that never comes is cut off in time', async () => {
  const answer = await raw(`${requestHead}Content-Length: 100\r\n\r\n<xml>`);

  expect(answer).toMatch(/^HTTP\/1.1 408 /);
});

test('a chunked body that never ends is cut off by size or time, and the connection closed', async () => {
  const answer = await raw(
    `${requestHead}Transfer-Encoding: chunked\r\n\r\n`,
    `4000\r\n${'x'.repeat(0x4000)}\r\n`,
  );

  expect(answer).toMatch(/^HTTP\/1.1 (413|408) /);
  expect(answer).toMatch(/connection: close/i);
});

test('a promise of 100 MB is refused at once', async () => {
  const answer = await raw(`${requestHead}Content-Length: 104857600\r\n\r\n`);

  expect(answer).toMatch(/^HTTP\/1.1 413 /);
});

/** The parts a signature covers: stamp, nonce, ciphertext, read from the bytes as they came. */
function signedParts(search: string, body: string): string {
  const query = readCallbackQuery(search) ?? {};
  const sealed = readFlatXml(body)?.['Encrypt'] ?? '';
  return JSON.stringify([query['timestamp'], query['nonce'], sealed]);
}

const alphabet = [
  ...Array.from('0123456789abcdefABCXYZ+/=&%<>[]!x \n'),
  '\u0000',
  '\ufeff',
  '汉',
  '🧧',
];
const mutation = fc.record({
  part: fc.constantFrom('query', 'body'),
  how: fc.constantFrom('replace', 'insert', 'delete', 'swap', 'double', 'cut', 'flip'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 40 }),
  letter: fc.constantFrom(...alphabet),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

function mutate(text: string, { how, at, length, letter }: Mutation): string {
  const from = Math.floor(at * text.length);
  const piece = text.slice(from, from + length);
  switch (how) {
    case 'replace':
      return text.slice(0, from) + letter + text.slice(from + 1);
    case 'insert':
      return text.slice(0, from) + letter + text.slice(from);
    case 'delete':
      return text.slice(0, from) + text.slice(from + length);
    case 'swap':
      return text.slice(0, from) + Array.from(piece).reverse().join('') + text.slice(from + length);
    case 'double':
      return text.slice(0, from) + piece + text.slice(from);
    case 'cut':
      return text.slice(0, from);
    case 'flip':
      return text.slice(0, from) + piece.toUpperCase() + text.slice(from + length);
  }
}

test('10,000 mutated callbacks: none throws, none is opened unless its signed parts are genuine', () => {
  const genuine = new Map<ChannelAccount, Signed[]>([
    [accounts['secure']!, [secure(), secure(message, { key: oldKey })]],
    [accounts['compatible']!, [secure(message.replace('text', 'image'))]],
  ]);
  const cases = [...genuine].flatMap(([account, list]) =>
    list.map((signed) => ({ account, signed })),
  );
  const allowed = new Set(
    cases.map(({ signed }) =>
      signedParts(new URLSearchParams(signed.query).toString(), signed.body),
    ),
  );
  let opened = 0;
  let shut = 0;

  fc.assert(
    fc.property(
      fc.constantFrom(...cases),
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      ({ account, signed }, mutations) => {
        let search = new URLSearchParams(signed.query).toString();
        let body = signed.body;
        for (const change of mutations) {
          if (change.part === 'query') search = mutate(search, change);
          else body = mutate(body, change);
        }
        const query = readCallbackQuery(search);
        const envelope = query && openEnvelope(account, query, Buffer.from(body), now);
        if (!envelope?.opened) {
          shut += 1;
          return;
        }
        opened += 1;
        expect(allowed).toContain(signedParts(search, body));
        expect(normaliseMessage(account, envelope.fields, now).dedupeKey).toBe(
          'm:24000000000000001:oTEST1',
        );
      },
    ),
    { numRuns: 10_000, seed: 20261121 },
  );

  expect(opened + shut).toBe(10_000);
  expect(shut).toBeGreaterThan(5_000);
  expect(opened).toBeGreaterThan(0);
});

test('mutated callbacks over HTTP are answered 200, 400, 403 or 413 and nothing else', async () => {
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
      const signed = secure();
      let body = signed.body;
      let search = new URLSearchParams(signed.query).toString();
      for (const change of mutations) {
        if (change.part === 'query') search = mutate(search, change).replace(/[#\s]/g, '');
        else body = mutate(body, change);
      }
      statuses.add((await post('secure', { query: search, body })).status);
    }),
    { numRuns: 300 },
  );

  for (const status of statuses) expect([200, 400, 403, 413]).toContain(status);
});
