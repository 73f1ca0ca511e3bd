import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Koa from 'koa';
import { openLog } from '../../src/kernel/log';
import { readSettings } from '../../src/kernel/settings';
import { openSandbox } from '../../src/sandbox';
import { startServer } from '../../src/server';
import { storyOnBothEngines, type Stage } from '../support/at-once';
import { makeDatabase, type SandboxAccount } from '../support/cluster';
import { jsonClient, pause, type JsonClient } from '../support/json-client';
import { scriptProcess } from '../support/script-process';
import { slowAnswers } from '../support/slow-answers';

type Heard = { via: string; text: string };
type Shown = Heard & { direction: string };
type Attempt = { verdict: string; replyPlain: string | null };

const mariadb = process.env['TEST_MARIADB_URL'];

function openStage({ engine, closing, folder }: Stage) {
  /** WeChat as it is: five seconds, three deliveries. */
  async function openWechat(): Promise<{ url: string; drive: JsonClient }> {
    const place = folder();
    const sandbox = await openSandbox({
      dataFile: join(place, 'sandbox.db'),
      tlsDir: join(place, 'tls'),
    });
    const app = new Koa();
    app.use(sandbox.routes);
    const server = createServer((request, response) => void app.callback()(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => {
      server.closeAllConnections();
      server.close();
      return sandbox.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url, drive: jsonClient(() => `${url}/sandbox/api`) };
  }

  async function openWorld() {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a plain script shared with the global setup
    const { freePort } = require('../support/servers') as { freePort(): Promise<number> };
    const { url, drive } = await openWechat();
    const account = await drive<SandboxAccount>('POST', '/accounts', {
      kind: 'official-account',
      name: '山茶花',
    });
    const port = await freePort();
    const env = {
      NODE_ENV: 'test',
      PORT: String(port),
      DATA_DIR: folder(),
      LOG_LEVEL: 'silent',
      DEMO: 'off',
      SANDBOX_URL: url,
      OFFICIAL_ACCOUNT_API_BASE: `${url}/sandbox/wechat`,
      OA_APP_ID: account.appId,
      OA_APP_SECRET: account.appSecret,
      OA_TOKEN: account.token,
      OA_ENCODING_AES_KEY: account.encodingAesKey,
      OA_ORIGINAL_ID: account.originalId,
      ...(engine === 'mysql' ? { DATABASE_URL: await makeDatabase(mariadb ?? '') } : {}),
    };
    return { env, drive, account, base: `http://127.0.0.1:${port}` };
  }
  type World = Awaited<ReturnType<typeof openWorld>>;

  /** Somebody who follows a running server. */
  async function openFollower({ drive, account, base }: World) {
    const { appId, token, encodingAesKey } = account;
    await drive('POST', `/accounts/${appId}/callback`, {
      url: `${base}/callback/official-account/${appId}`,
      token,
      encodingAesKey,
      mode: 'secure',
    });
    const { openid } = await drive<{ openid: string }>('POST', '/people', { appId });
    await drive('POST', `/people/${openid}/follow`, {});
    const lastEvent = async () => {
      const list = await drive<{ items: { id: string }[] }>(
        'GET',
        `/events?openid=${openid}&limit=1`,
      );
      return list.items[0]?.id ?? '';
    };
    return {
      say: (text: string, settleMs: number) =>
        drive('POST', `/people/${openid}/say?settle=${settleMs}`, { text }),
      repeat: async () =>
        drive('POST', `/events/${await lastEvent()}/repeat`, { times: 2, together: true }),
      attempts: async () =>
        (await drive<{ attempts: Attempt[] }>('GET', `/events/${await lastEvent()}`)).attempts,
      /** What the phone got, oldest first, without what its owner wrote. */
      heard: async (): Promise<Heard[]> => {
        const phone = await drive<{ items: Shown[] }>('GET', `/people/${openid}/phone?peek=1`);
        return phone.items
          .filter(({ via }) => via !== 'person')
          .map(({ via, text }) => ({ via, text }))
          .reverse();
      },
    };
  }

  async function inThisProcess() {
    const world = await openWorld();
    let works = 0;
    const running = await startServer(
      readSettings(world.env),
      openLog({ level: 'silent', readable: true }),
      slowAnswers(() => (works += 1)),
    );
    closing.push(() => running.stop());
    return { follower: await openFollower(world), works: () => works };
  }

  return { openWorld, openFollower, inThisProcess };
}

async function heardBy(
  follower: { heard(): Promise<Heard[]> },
  isThere: (heard: Heard[]) => boolean,
): Promise<Heard[]> {
  for (;;) {
    const heard = await follower.heard();
    if (isThere(heard)) return heard;
    await pause(100);
  }
}
const hasAnswer = (heard: Heard[]) => heard.some(({ text }) => text.startsWith('等了'));

describe('an answer that needs the outside', () => {
  storyOnBothEngines(
    'is the passive reply within the budget, and a redelivery waits for the same one',
    async (stage) => {
      const { follower, works } = await openStage(stage).inThisProcess();

      const saying = follower.say('等 3000 毫秒', 10_000);
      await pause(1_000);
      await follower.repeat();
      await saying;
      const heard = await heardBy(follower, hasAnswer);
      const attempts = await follower.attempts();

      expect(works()).toBe(1);
      expect(heard).toEqual([{ via: 'passive', text: '等了 3000 毫秒' }]);
      expect(attempts).toHaveLength(3);
      for (const { replyPlain } of attempts) expect(replyPlain).toContain('等了 3000 毫秒');
    },
    60_000,
  );

  storyOnBothEngines(
    'comes once as a customer-service message after the budget, and no delivery fails',
    async (stage) => {
      const { follower, works } = await openStage(stage).inThisProcess();

      const saying = follower.say('等 6000 毫秒', 10_000);
      await pause(1_000);
      await follower.repeat();
      await saying;
      const heard = await heardBy(follower, hasAnswer);
      // Past the moment at which the job for the case of a crash comes due.
      await pause(3_000);
      const later = await follower.heard();
      const attempts = await follower.attempts();

      expect(works()).toBe(1);
      expect(heard).toEqual([{ via: 'customer-service', text: '等了 6000 毫秒' }]);
      expect(later).toEqual(heard);
      expect(attempts.map(({ replyPlain }) => replyPlain ?? '').join('')).not.toContain('等了');
    },
    60_000,
  );

  storyOnBothEngines(
    'is worked out again when the process was killed over it, and said once',
    async (stage) => {
      const { openWorld, openFollower } = openStage(stage);
      const world = await openWorld();
      const start = (more: Record<string, string> = {}): ChildProcess => {
        const child = spawn(
          process.execPath,
          scriptProcess('test/support/slow-answers-server.ts'),
          {
            stdio: 'ignore',
            env: { PATH: process.env['PATH'] ?? '', ...world.env, ...more },
          },
        );
        stage.closing.push(() => child.kill('SIGKILL'));
        return child;
      };
      const isReady = async () => {
        while (
          !(await fetch(`${world.base}/readyz`).then(
            (a) => a.ok,
            () => false,
          ))
        )
          await pause(100);
      };
      // The follow is the first event, the question the second.
      const first = start({ FAULT: 'intake.after-commit:2' });
      await isReady();
      const follower = await openFollower(world);

      const killed = once(first, 'exit');
      await follower.say('等 1000 毫秒', 0);
      const [, signal] = (await killed) as [number | null, string | null];
      start();
      await isReady();
      const heard = await heardBy(follower, hasAnswer);
      await pause(2_000);

      expect(signal).toBe('SIGKILL');
      expect(heard.filter(({ text }) => text.startsWith('等了'))).toEqual([
        { via: 'customer-service', text: '等了 1000 毫秒' },
      ]);
      expect(await follower.heard()).toEqual(heard);
    },
    120_000,
  );
});
