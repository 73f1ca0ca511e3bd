import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What one send is answered with. A number is an errcode; `after-taking` means that the message arrived all the same. */
export type Script =
  'ok' | number | { kind: 'hang' | 'reset' | 'half' | 'bad-gateway'; taken: boolean };

export type Received = {
  openid: string;
  clientMessageId: string;
  messageId: string;
  body: unknown;
};

type SendBody = { touser: string; client_msg_id?: string; template_id?: string };

/**
 * A WeChat for tests of sending: says what it is told to say and keeps what every phone received. As WeChat
 * does, it takes one openid and `client_msg_id` once.
 */
export class ScriptedWeChat {
  readonly received: Received[] = [];
  /** Every call, also the refused ones. */
  calls = 0;
  /** What the next sends are answered with, by openid or in general. */
  script: (openid: string, call: number) => Script = () => 'ok';
  /** Runs before the answer leaves; a test may do something meanwhile. */
  beforeAnswer: (openid: string, messageId: string) => Promise<void> = () => Promise.resolve();
  /** Pictures that were given to it, and what the next ones are answered with. */
  uploads = 0;
  readonly uploadAnswers: object[] = [];
  templates: { template_id: string; title: string; content: string; example: string }[] = [];
  private lastId = 3_717_005_636_572_528_640n;
  private readonly held = new Set<ServerResponse>();
  private readonly server = createServer((request, response) => void this.serve(request, response));

  url = '';

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  phones(): string[] {
    return this.received.map((one) => one.openid).sort();
  }

  async close(): Promise<void> {
    for (const response of this.held) response.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    const text = Buffer.concat(parts).toString('utf8');
    if (path === '/cgi-bin/stable_token') {
      answer(response, { access_token: 'token-1', expires_in: 7200 });
    } else if (path === '/cgi-bin/template/get_all_private_template') {
      answer(response, { template_list: this.templates });
    } else if (path === '/cgi-bin/media/upload') {
      this.uploads += 1;
      const [given] = this.uploadAnswers.splice(0, 1);
      answer(response, given ?? { type: 'image', media_id: `media-${this.uploads}` });
    } else {
      await this.send(JSON.parse(text) as SendBody, response);
    }
  }

  private async send(body: SendBody, response: ServerResponse): Promise<void> {
    this.calls += 1;
    const script = this.script(body.touser, this.calls);
    if (typeof script === 'number') {
      answer(response, { errcode: script, errmsg: `scripted ${script}` });
      return;
    }
    const messageId = script === 'ok' || script.taken ? this.take(body) : '0';
    await this.beforeAnswer(body.touser, messageId);
    const good = `{"errcode":0,"errmsg":"ok","msgid":${messageId}}`;
    if (script === 'ok') response.end(good);
    else if (script.kind === 'half') response.end(good.slice(0, 12));
    else if (script.kind === 'bad-gateway') response.writeHead(502).end('<html>');
    else if (script.kind === 'reset') response.socket?.destroy();
    else this.held.add(response);
  }

  private take(body: SendBody): string {
    const id = body.client_msg_id;
    const earlier = this.received.find(
      (one) => id !== undefined && one.openid === body.touser && one.clientMessageId === id,
    );
    if (earlier) return earlier.messageId;
    this.lastId += 1n;
    const messageId = this.lastId.toString();
    this.received.push({ openid: body.touser, clientMessageId: id ?? '', messageId, body });
    return messageId;
  }
}

const answer = (response: ServerResponse, body: object) => response.end(JSON.stringify(body));
