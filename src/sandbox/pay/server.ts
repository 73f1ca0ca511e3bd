import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Effect } from '../faults';
import { recall, remember } from '../store/remembered';
import { Refusal } from '../store/database';
import { sandboxText } from '../text';
import { writeAnswer, type Answer } from '../wire/answer';
import { readBody } from '../wire/body';
import { buildXml, type Writable } from '../wire/xml';
import type { World } from '../world';
import {
  checkQueryFields,
  checkSendFields,
  checkSignature,
  readFields,
  type PayFields,
} from './fields';
import { merchantOf, type Merchant } from './merchants';
import { queryRedPacket } from './query';
import { Rate } from './rate';
import { PayRefusal, refusePay, textOf } from './refusal';
import { sendRedPacket } from './send';

const paths: Record<string, string> = {
  '/mmpaymkttransfers/sendredpack': 'red-packet-send',
  '/mmpaymkttransfers/gethbinfo': 'red-packet-query',
};

/** WeChat Pay on a TLS port of its own. Loopback only. */
export class PayServer {
  private server: Server | undefined;
  private readonly rate = new Rate();
  /** The certificate of each connection is looked at once. */
  private readonly holders = new WeakMap<object, string>();

  constructor(private readonly world: World) {}

  get port(): number | undefined {
    return (this.server?.address() as AddressInfo | null | undefined)?.port;
  }

  /** Listens on the wanted port, else on the one used last time, else on any. */
  async start(wanted: number | undefined): Promise<number> {
    if (this.port !== undefined) return this.port;
    const { authority, store } = this.world;
    const last = Number(recall(store, 'pay-port') ?? '0');
    this.server = createServer(
      {
        key: authority.server.keyPem,
        cert: authority.server.certPem,
        ca: authority.caPem,
        requestCert: true,
        rejectUnauthorized: false,
      },
      (request, response) => void this.take(request, response),
    );
    this.server.keepAliveTimeout = 30_000;
    const port = await listen(this.server, wanted !== undefined && wanted > 0 ? wanted : last);
    await store.write(() => remember(store, 'pay-port', String(port)));
    return port;
  }

  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const where = paths[(request.url ?? '').split('?')[0] ?? ''];
      const body = (await readBody(request, 65_536)).toString('utf8');
      if (where === undefined || request.method !== 'POST') {
        writeAnswer(
          response,
          { status: 404, type: 'text/plain', body: 'not found' },
          undefined,
          this.world.held,
        );
        return;
      }
      await this.answer(where, body, this.fingerprintOf(request), response);
    } catch {
      response.destroy();
    }
  }

  private async answer(
    where: string,
    body: string,
    fingerprint: string,
    response: ServerResponse,
  ): Promise<void> {
    const { world } = this;
    let fields: PayFields = {};
    let checked: { merchant: Merchant } | PayRefusal;
    try {
      if (fingerprint === '') refusePay('CA_ERROR');
      fields = readFields(body);
      checked = { merchant: this.check(where, fields, fingerprint) };
    } catch (error) {
      checked = asRefusal(world, error);
    }
    const owner = fields.mch_id ?? '';
    const effect = world.faults.strike(where, {
      owner,
      openid: fields.re_openid ?? '',
      key: fields.mch_billno ?? '',
    });
    if (effect) world.tally.count(owner, where, `fault:${effect.name}`);
    if (effect?.name === 'slow')
      await new Promise((resolve) => setTimeout(resolve, Number(effect.argument) || 500));
    if (effect && !effect.accepts) {
      writeAnswer(
        response,
        refusal(fields, new PayRefusal(effect.argument || 'SYSTEMERROR')),
        effect,
        world.held,
      );
      return;
    }
    const outcome =
      checked instanceof PayRefusal
        ? checked
        : await this.work(where, checked.merchant, fields, effect);
    const refused = outcome instanceof PayRefusal;
    world.tally.count(owner, where, refused ? outcome.code : 'ok');
    const answer = refused
      ? refusal(fields, outcome)
      : { type: 'text/xml', body: buildXml(outcome) };
    writeAnswer(response, bent(answer, fields, effect), effect, world.held);
  }

  private check(where: string, fields: PayFields, fingerprint: string): Merchant {
    const merchant = merchantOf(this.world, fields.mch_id ?? '');
    if (!merchant) return refusePay('PARAM_ERROR', sandboxText.pay.PARAM_ERROR('mch_id'));
    if (merchant.fingerprint !== fingerprint) refusePay('CA_ERROR');
    checkSignature(fields, merchant);
    if (where === 'red-packet-query') {
      checkQueryFields(fields);
      return merchant;
    }
    checkSendFields(fields);
    const { limits, mchId } = merchant;
    if (limits.clientIps !== null && !limits.clientIps.includes(fields.client_ip ?? ''))
      refusePay('NO_AUTH');
    if (!this.rate.take(mchId, limits.ratePerSecond)) refusePay('FREQ_LIMIT');
    if (!this.rate.mayRepeat(`${mchId} ${fields.mch_billno ?? ''}`, limits.sameOrderGapMs))
      refusePay('FREQ_LIMIT');
    return merchant;
  }

  private async work(
    where: string,
    merchant: Merchant,
    fields: PayFields,
    effect: Effect | undefined,
  ): Promise<Record<string, Writable> | PayRefusal> {
    const { world } = this;
    const now = world.clock.now();
    try {
      if (where === 'red-packet-query')
        return { ...understood(), ...queryRedPacket(world, merchant, fields, effect, now) };
      const packet = await world.store.write(() =>
        sendRedPacket(world, merchantOf(world, merchant.mchId) ?? merchant, fields, effect, now),
      );
      if (packet instanceof PayRefusal) return packet;
      return { ...understood(), ...orderOf(fields), send_listid: packet.listId };
    } catch (error) {
      return asRefusal(world, error);
    }
  }

  private fingerprintOf(request: IncomingMessage): string {
    const { socket } = request;
    const known = this.holders.get(socket);
    if (known !== undefined) return known;
    const isTrusted = socket instanceof TLSSocket && socket.authorized;
    const found = isTrusted ? (socket.getPeerX509Certificate()?.fingerprint256 ?? '') : '';
    this.holders.set(socket, found);
    return found;
  }
}

function asRefusal(world: World, error: unknown): PayRefusal {
  if (error instanceof PayRefusal) return error;
  if (!(error instanceof Refusal))
    world.log.warn('the sandbox failed to pay', { error: String(error) });
  return new PayRefusal('SYSTEMERROR');
}

// A success carries an err_code too; whoever takes its presence for a failure errs.
const understood = () => ({
  return_code: 'SUCCESS',
  return_msg: sandboxText.pay.sent,
  result_code: 'SUCCESS',
  err_code: 'SUCCESS',
  err_code_des: sandboxText.pay.sent,
});

const orderOf = (fields: PayFields): Record<string, Writable> => ({
  ...(fields.mch_billno === undefined ? {} : { mch_billno: fields.mch_billno }),
  ...(fields.mch_id === undefined ? {} : { mch_id: fields.mch_id }),
  ...(fields.wxappid === undefined ? {} : { wxappid: fields.wxappid }),
  ...(fields.re_openid === undefined ? {} : { re_openid: fields.re_openid }),
  ...(fields.total_amount === undefined ? {} : { total_amount: Number(fields.total_amount) || 0 }),
});

function refusal(fields: PayFields, refused: PayRefusal): Answer {
  return {
    type: 'text/xml',
    body: buildXml({
      return_code: refused.notUnderstood ? 'FAIL' : 'SUCCESS',
      return_msg: refused.text,
      result_code: 'FAIL',
      err_code: refused.code,
      err_code_des: refused.text,
      ...orderOf(fields),
    }),
  };
}

/** What a fault makes of the answer after the work was done. */
function bent(answer: Answer, fields: PayFields, effect: Effect | undefined): Answer {
  if (effect?.answer === 'code')
    return refusal(fields, new PayRefusal(effect.argument || 'SYSTEMERROR'));
  if (effect?.name === 'return-code-fail-accepted') {
    const body = buildXml({
      return_code: 'FAIL',
      return_msg: textOf('SYSTEMERROR'),
      result_code: 'FAIL',
      err_code: '268458547',
      ...orderOf(fields),
    });
    return { type: 'text/xml', body };
  }
  if (effect?.name === 'extra-fields') {
    return {
      ...answer,
      body: answer.body.toString().replace('<xml>', '<xml><new_field><![CDATA[1]]></new_field>'),
    };
  }
  return answer;
}

function listen(server: Server, wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' && wanted !== 0) {
        resolve(listen(server, 0));
      } else {
        reject(error);
      }
    };
    server.once('error', onError);
    server.listen(wanted, '127.0.0.1', () => {
      server.off('error', onError);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
