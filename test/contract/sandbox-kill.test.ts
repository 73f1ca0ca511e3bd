import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scriptProcess } from '../support/script-process';
import type { Loose } from './sandbox-rig';

const folder = mkdtempSync(join(tmpdir(), 'guanxi-sandbox-kill-'));
let running: ChildProcess | undefined;

afterAll(() => {
  running?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<string> {
  const script = scriptProcess('test/contract/sandbox-process.ts');
  running = spawn(process.execPath, [...script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(running.stdout ?? running, 'data')) as [Buffer];
  return `http://127.0.0.1:${port.toString().trim()}`;
}

async function ask(url: string, body?: unknown): Promise<Loose> {
  const answered = await fetch(
    url,
    body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
  );
  return JSON.parse((await answered.text()).replace(/"msgid":(\d+)/, '"msgid":"$1"'));
}

test('whatever was answered before kill -9 is in the books after it', async () => {
  const base = await start();
  const account = await ask(`${base}/sandbox/api/accounts`, { name: '山茶花' });
  const { templateId } = await ask(`${base}/sandbox/api/templates`, {
    title: '提醒',
    content: '{{thing1.DATA}}',
  });
  await ask(`${base}/sandbox/api/crowd`, { followers: 50 });
  const wanted = {
    grant_type: 'client_credential',
    appid: account.appId,
    secret: account.appSecret,
  };
  const { access_token } = await ask(`${base}/sandbox/wechat/cgi-bin/stable_token`, wanted);
  const { data } = await ask(
    `${base}/sandbox/wechat/cgi-bin/user/get?access_token=${access_token}`,
  );
  const acknowledged = new Set<string>();
  let serial = 0;
  const sender = async () => {
    for (;;) {
      const body = {
        touser: data.openid[serial % 50],
        template_id: templateId,
        client_msg_id: `k${++serial}`,
        data: { thing1: { value: 'x' } },
      };
      const answer = await ask(
        `${base}/sandbox/wechat/cgi-bin/message/template/send?access_token=${access_token}`,
        body,
      );
      acknowledged.add(answer.msgid);
      if (acknowledged.size === 300) running?.kill('SIGKILL');
    }
  };
  await Promise.allSettled(Array.from({ length: 16 }, sender));

  const again = await start();
  const rows = await (
    await fetch(`${again}/sandbox/api/books/summary?format=ndjson&of=templates`)
  ).text();

  const kept = new Set(
    rows
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msgId: string }).msgId),
  );
  expect(acknowledged.size).toBeGreaterThanOrEqual(300);
  expect([...acknowledged].filter((id) => !kept.has(id))).toEqual([]);
  expect(kept.size).toBeLessThanOrEqual(acknowledged.size + 16);
});
