import { Lanes } from '../callbacks/lanes';
import { seal, signatureOf, unseal } from '../callbacks/envelope';
import { Transport, type Heard } from '../callbacks/transport';
import { randomDigits } from '../random';
import { buildXml } from '../wire/xml';
import type { Verified, World } from '../world';
import type { Agent } from './corps';
import type { WeComAttempt, WeComDelivered, WeComEventRow, WeComMessenger } from './shapes';

const MOST_UNDER_WAY = 48;
const ECHO_MS = 1_000;

/** Brings events to the corps' apps, sealed: in order within a lane, three times at most. */
export class WeComCourier implements WeComMessenger {
  private readonly lanes = new Lanes();
  private readonly transport: Transport;
  private readonly verifier = new Transport(ECHO_MS);
  private readonly underWay = new Set<number>();
  private readonly sleepers = new Set<() => void>();
  private readonly timer: NodeJS.Timeout;
  private isOver = false;

  constructor(private readonly world: World) {
    this.transport = new Transport(world.options.callback.timeoutMs);
    this.timer = setInterval(() => this.ring(), 100);
    this.timer.unref();
  }

  /** Inside the work that adds an event which the caller will deliver. */
  claim(id: number): number {
    this.underWay.add(id);
    return id;
  }

  /** Resolves when the app answered or all attempts are over. */
  async deliver(id: number): Promise<WeComDelivered | undefined> {
    this.claim(id);
    try {
      const event = this.find(id);
      if (!event) return undefined;
      const effect = this.world.faults.strike('wecom-callback', {
        owner: event.corpId,
        openid: event.externalUserId ?? '',
        key: `${event.lane} ${event.kind} ${event.agentId}`,
      });
      const isLate = effect?.name === 'late-callback' || effect?.name === 'out-of-order';
      if (isLate)
        await this.wait(Number(effect.argument) || (effect.name === 'late-callback' ? 2_000 : 400));
      return await this.lanes.run(`${event.agentId} ${event.lane}`, async () => {
        if (effect?.name === 'drop-callback') await this.finish(event, 'dropped');
        else await this.tell(event, effect?.name === 'lost-answer');
        if (effect?.name === 'duplicate-callback') await this.attempt(event, 'repeat', false);
        return this.summary(event);
      });
    } finally {
      this.underWay.delete(id);
    }
  }

  /** The same words again under a fresh seal. */
  async repeat(id: number): Promise<WeComDelivered | undefined> {
    const event = this.find(id);
    if (!event) return undefined;
    await this.attempt(event, 'repeat', false);
    return this.summary(event);
  }

  /** Looks for events that nobody delivers: those of before a restart. */
  ring(): void {
    if (this.isOver || this.underWay.size >= MOST_UNDER_WAY) return;
    const waiting = this.world.store
      .sql<{ id: number }>(
        `SELECT id FROM wecom_event WHERE state = 'waiting' ORDER BY id LIMIT 200`,
      )
      .all()
      .filter(({ id }) => !this.underWay.has(id));
    for (const { id } of waiting.slice(0, MOST_UNDER_WAY - this.underWay.size))
      this.deliver(id).catch(() => undefined);
  }

  /** The GET with an encrypted echo, before an address is accepted; answered within a second or not at all. */
  async verify(
    corpId: string,
    target: { url: string; token: string; aesKey: string },
  ): Promise<Verified> {
    const echo = randomDigits(19);
    const sealed = seal(target.aesKey, corpId, Buffer.from(randomDigits(16)), echo);
    const url = signed(target.url, target.token, sealed);
    url.searchParams.set('echostr', sealed);
    const heard = await this.verifier.get(url.toString());
    if (heard.outcome !== 'answered')
      return { ok: false, status: null, reply: '', reason: heard.reason };
    const ok = heard.status === 200 && heard.body === echo;
    const reason = ok ? '' : 'the answer is not what the echostr holds, bare and alone';
    return { ok, status: heard.status, reply: heard.body.slice(0, 500), reason };
  }

  async close(): Promise<void> {
    this.isOver = true;
    clearInterval(this.timer);
    for (const wake of [...this.sleepers]) wake();
    await this.transport.close();
    await this.verifier.close();
    await this.lanes.idle();
  }

  private async tell(event: WeComEventRow, losesAnswer: boolean): Promise<void> {
    const { attempts, gapMs } = this.world.options.callback;
    for (let turn = 1; turn <= attempts; turn += 1) {
      const startedAt = Date.now();
      const isLast = turn === attempts;
      const role = isLast ? 'last' : 'first';
      if (await this.attempt(event, role, losesAnswer && turn === 1)) return;
      if (!isLast) await this.wait(Math.max(0, gapMs - (Date.now() - startedAt)));
    }
  }

  /** One delivery and its record, in one commit. True when nothing is left to try. */
  private async attempt(
    event: WeComEventRow,
    role: 'first' | 'last' | 'repeat',
    losesAnswer: boolean,
  ): Promise<boolean> {
    if (this.isOver) return true;
    const agent = this.world.wecom.corps.agent(event.corpId, event.agentId);
    const address = agent?.callbackUrl;
    if (!agent || !address) {
      await this.finish(event, 'dropped');
      return true;
    }
    const systemAt = Date.now();
    const started = performance.now();
    const { url, body } = push(agent, address, event.plain);
    const heard = await this.transport.post(url, body);
    const ms = Math.round((performance.now() - started) * 10) / 10;
    if (this.isClosed()) return true;
    const { verdict, reason } = losesAnswer ? lost : judge(agent, heard);
    const isOver = role !== 'first' || !isTriedAgain(verdict);
    await this.world.store.write(() => {
      this.world.store
        .sql(
          `INSERT INTO wecom_attempt (eventId, n, systemAt, ms, status, reply, verdict, reason, trace)
           VALUES (?, (SELECT coalesce(max(n), 0) + 1 FROM wecom_attempt WHERE eventId = ?), ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          ...[event.id, event.id, systemAt, ms],
          heard.outcome === 'answered' ? heard.status : null,
          heard.outcome === 'answered' ? heard.body.slice(0, 4_096) : '',
          ...[verdict, reason],
          heard.outcome === 'answered' ? (heard.trace ?? null) : null,
        );
      this.world.tally.count(event.corpId, 'wecom-callback', verdict);
      if (isOver && role !== 'repeat') this.mark(event, verdict);
    });
    return isOver;
  }

  // Asked for anew after every wait: the compiler would think it still as it was.
  private isClosed(): boolean {
    return this.isOver;
  }

  private wait(ms: number): Promise<void> {
    if (this.isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.sleepers.delete(finish);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      this.sleepers.add(finish);
    });
  }

  private find(id: number): WeComEventRow | undefined {
    return this.world.store.sql<WeComEventRow>('SELECT * FROM wecom_event WHERE id = ?').get(id);
  }

  private finish(event: WeComEventRow, verdict: string): Promise<void> {
    return this.world.store.write(() => this.mark(event, verdict));
  }

  private mark(event: WeComEventRow, verdict: string): void {
    this.world.store
      .sql(`UPDATE wecom_event SET state = 'done', verdict = ? WHERE id = ?`)
      .run(verdict, event.id);
  }

  private summary(event: WeComEventRow): WeComDelivered {
    const attempts = this.world.store
      .sql<WeComAttempt>('SELECT * FROM wecom_attempt WHERE eventId = ? ORDER BY n')
      .all(event.id);
    return { event: this.find(event.id) ?? event, attempts };
  }
}

const lost = { verdict: 'timeout', reason: 'the connection died before the answer arrived' };

const isTriedAgain = (verdict: string) => ['timeout', 'refused', 'not-200'].includes(verdict);

function signed(address: string, token: string, sealed: string): URL {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomDigits(10);
  const url = new URL(address);
  url.searchParams.set('msg_signature', signatureOf(token, timestamp, nonce, sealed));
  url.searchParams.set('timestamp', timestamp);
  url.searchParams.set('nonce', nonce);
  return url;
}

function push(agent: Agent, address: string, plain: string): { url: string; body: string } {
  const sealed = seal(agent.aesKey, agent.corpId, Buffer.from(randomDigits(16)), plain);
  const body = buildXml({ ToUserName: agent.corpId, AgentID: agent.agentId, Encrypt: sealed });
  return { url: signed(address, agent.token, sealed).toString(), body };
}

/** An empty 200 says "taken". A passive reply counts when it can be opened; anything else is nonsense. */
function judge(agent: Agent, heard: Heard): { verdict: string; reason: string | null } {
  if (heard.outcome !== 'answered') return { verdict: heard.outcome, reason: heard.reason };
  if (heard.status !== 200) return { verdict: 'not-200', reason: `HTTP ${heard.status}` };
  if (heard.body === '') return { verdict: 'empty', reason: null };
  if (heard.body === 'success') return { verdict: 'success', reason: null };
  const sealed = /<Encrypt><!\[CDATA\[([^\]]*)\]\]><\/Encrypt>/.exec(heard.body)?.[1];
  const opened = sealed === undefined ? undefined : unseal(agent.aesKey, agent.corpId, sealed);
  return opened === undefined
    ? { verdict: 'bad-reply', reason: 'neither empty nor a sealed reply' }
    : { verdict: 'reply', reason: null };
}
