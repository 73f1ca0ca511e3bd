import type { MerchantV2 } from '../../src/channels/pay/call-v2';
import type { RedPacket } from '../../src/channels/pay/red-packet';
import type {
  CallTrace,
  QueryResult,
  RedPacketClient,
  SendResult,
} from '../../src/channels/pay/red-packet.client';
import { refusalOf } from '../../src/channels/pay/red-packet-errors';

type Order = {
  openid: string;
  amountFen: number;
  fields: string;
  state: 'sending' | 'sent' | 'received' | 'failed' | 'returned';
};
/** What WeChat does with one call: take it or not, and say something, or nothing. */
export type Behaviour =
  | 'ok'
  | 'lost-before'
  | 'lost-after'
  | 'system-error'
  | 'system-error-accepted'
  | 'processing'
  | 'no-connection'
  | `refuse:${string}`
  | 'not-found-lie'
  | 'crash-before'
  | 'crash-after';

/** Thrown in place of an answer: the process of the caller dies here. */
export class Crash extends Error {
  constructor() {
    super('killed');
    this.name = 'Crash';
  }
}

/**
 * WeChat's side of the money on paper: orders by number, each paid at most once, exactly as WeChat
 * documents. It is the book that tests compare ours with.
 */
export class PaperWechat implements RedPacketClient {
  readonly orders = new Map<string, Order>();
  readonly sends: { billNo: string; fields: string }[] = [];
  queries = 0;
  balanceFen = Number.MAX_SAFE_INTEGER;
  next: (call: 'send' | 'query', billNo: string) => Behaviour = () => 'ok';
  /** Called with every send that reaches WeChat, before it answers. */
  onSend: (billNo: string) => void | Promise<void> = () => undefined;

  async send(_merchant: MerchantV2, packet: RedPacket): Promise<SendResult> {
    const behaviour = this.next('send', packet.billNo);
    if (behaviour === 'crash-before') throw new Crash();
    if (behaviour === 'no-connection') return { kind: 'unknown', reason: 'connect' };
    if (behaviour === 'lost-before') return { kind: 'unknown', reason: 'timeout' };
    this.sends.push({ billNo: packet.billNo, fields: JSON.stringify(packet) });
    await this.onSend(packet.billNo);
    if (behaviour.startsWith('refuse:')) return refused(behaviour.slice(7));
    if (behaviour === 'system-error') return unclear('SYSTEMERROR');
    const isLate = behaviour === 'processing';
    const taken = this.take(packet, isLate);
    if (taken) return refused(taken);
    if (behaviour === 'crash-after') throw new Crash();
    if (behaviour === 'lost-after') return { kind: 'unknown', reason: 'reset' };
    if (behaviour === 'system-error-accepted') return unclear('SYSTEMERROR');
    if (isLate) {
      return {
        kind: 'unknown',
        reason: 'error-code',
        code: 'PROCESSING',
        again: 'in-20-minutes',
        trace: said('PROCESSING'),
      };
    }
    return { kind: 'sent', sendListId: `list-${packet.billNo}`, trace: said('') };
  }

  query(_merchant: MerchantV2, { billNo }: { billNo: string }): Promise<QueryResult> {
    this.queries += 1;
    const behaviour = this.next('query', billNo);
    if (behaviour.startsWith('crash')) return Promise.reject(new Crash());
    if (behaviour.startsWith('lost')) {
      return Promise.resolve({ kind: 'unknown', reason: 'timeout' });
    }
    const order = this.orders.get(billNo);
    if (!order || behaviour === 'not-found-lie') {
      return Promise.resolve({ kind: 'not-found', trace: said('NOT_FOUND') });
    }
    return Promise.resolve({
      kind: 'found',
      state: order.state,
      detailId: `list-${billNo}`,
      amountFen: order.amountFen,
      trace: said(''),
    });
  }

  open(billNo: string): void {
    const order = this.orders.get(billNo);
    if (order?.state === 'sent') order.state = 'received';
  }

  /** Twenty-four hours pass for everybody who did not open. */
  returnUnopened(): void {
    for (const order of this.orders.values()) {
      if (order.state !== 'sent') continue;
      order.state = 'returned';
      this.balanceFen += order.amountFen;
    }
  }

  finishProcessing(): void {
    for (const order of this.orders.values()) if (order.state === 'sending') order.state = 'sent';
  }

  /** What each person was sent and did not give back. */
  paidTo(): Map<string, number> {
    const paid = new Map<string, number>();
    for (const { openid, amountFen, state } of this.orders.values()) {
      if (state === 'failed' || state === 'returned') continue;
      paid.set(openid, (paid.get(openid) ?? 0) + amountFen);
    }
    return paid;
  }

  sum(...states: Order['state'][]): number {
    return [...this.orders.values()]
      .filter((order) => states.includes(order.state))
      .reduce((all, order) => all + order.amountFen, 0);
  }

  private take(packet: RedPacket, isLate: boolean): string | undefined {
    const fields = JSON.stringify(packet);
    const known = this.orders.get(packet.billNo);
    if (known) return known.fields === fields ? undefined : 'FATAL_ERROR';
    if (this.balanceFen < packet.amountFen) return 'NOTENOUGH';
    this.balanceFen -= packet.amountFen;
    const { openid, amountFen } = packet;
    const state = isLate ? 'sending' : 'sent';
    this.orders.set(packet.billNo, { openid, amountFen, fields, state });
    return undefined;
  }
}

const said = (errorCode: string): CallTrace => ({
  returnCode: 'SUCCESS',
  resultCode: errorCode ? 'FAIL' : 'SUCCESS',
  errorCode,
  message: '',
});

const unclear = (code: string): SendResult => ({
  kind: 'unknown',
  reason: 'error-code',
  code,
  again: 'soon',
  trace: said(code),
});

function refused(code: string): SendResult {
  const row = refusalOf(code);
  if (row.class === 'unknown') return unclear(code);
  return {
    kind: 'refused',
    code,
    class: row.class,
    scope: row.scope,
    ...(row.again && { again: row.again }),
    isCertain: true,
    trace: said(code),
  };
}
