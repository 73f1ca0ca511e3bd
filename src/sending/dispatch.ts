import type { CallingAccount, Ended, OfficialAccountClient } from '../channels/official-account';
import type { CallingAgent, WeComClient } from '../channels/wecom';
import type { Reader } from '../kernel/database';
import { faultPoint } from '../kernel/faults';
import type { Log } from '../kernel/log';
import type { Claimed } from './claim-deliveries';
import { clientMessageId } from './client-message-id';
import type { Outcome } from './outcome';
import { judgeAnswer, unclear, type Verdict } from './judge-answer';
import type { OpenRun } from './open-runs';
import { personVariables, type PersonVariables } from './person-variables';
import { prepareTemplate, troublesOf, type PreparedTemplate } from './render-message';
import type { RunMessage, TemplateRunMessage } from './run-message';

/** What sending needs of the channels and of the accounts. */
export type SendingChannels = {
  readonly client: Pick<
    OfficialAccountClient,
    'sendTemplateMessage' | 'sendCustomerServiceMessage'
  >;
  /** Undefined for an account that is gone or switched off. */
  readonly account: (accountId: string) => (CallingAccount & { readonly name: string }) | undefined;
  /** Of a corp; its app is undefined like an account. */
  readonly kf?: {
    readonly client: Pick<WeComClient, 'sayInKf'>;
    readonly app: (accountId: string, agentId: string) => CallingAgent | undefined;
  };
};

export type DispatchParts = {
  channels: SendingChannels;
  reader: Reader;
  log: Log;
  /** Business time, epoch ms. */
  now: () => number;
  zone: string;
};

type Prepared =
  | { type: 'template'; message: TemplateRunMessage; prepared: PreparedTemplate }
  | Extract<RunMessage, { type: 'customer-service' | 'kf' }>;

/** Speaks to WeChat for claimed deliveries, all at once, and says of each how it ended. */
export function openDispatch(parts: DispatchParts) {
  const known = new Map<string, Prepared>();
  const preparedFor = (run: OpenRun): Prepared => {
    const found = known.get(run.id);
    if (found) return found;
    const message = JSON.parse(run.message) as RunMessage;
    const prepared: Prepared =
      message.type === 'template'
        ? { type: 'template', message, prepared: prepareTemplate(message, parts.zone) }
        : message;
    if (known.size > 500) known.clear();
    known.set(run.id, prepared);
    return prepared;
  };

  return async (claims: readonly Claimed[], each: (outcome: Outcome) => void): Promise<void> => {
    const runs = new Map(claims.map(({ run }) => [run.id, run]));
    for (const run of runs.values()) {
      const ofRun = claims.filter((claim) => claim.run.id === run.id);
      await sendRun(parts, run, preparedFor(run), ofRun, each);
    }
  };
}

async function sendRun(
  parts: DispatchParts,
  run: OpenRun,
  prepared: Prepared,
  claims: readonly Claimed[],
  each: (outcome: Outcome) => void,
): Promise<void> {
  const end = (claimed: Claimed, verdict: Verdict) => each({ claimed, verdict, at: parts.now() });
  const speak = async (claimed: Claimed, call: () => Promise<Ended<Sent>>) => {
    const attempt = { ...claimed, origin: run.origin, channel: run.channel };
    try {
      faultPoint('sending.before-call');
      const answer = await call();
      faultPoint('sending.after-call');
      end(claimed, judgeAnswer(answer, attempt, parts.now()));
    } catch (error) {
      parts.log.error('sending.call', { error });
      end(claimed, unclear(attempt, parts.now()));
    }
  };
  if (prepared.type === 'kf') {
    const { kfId, agentId, message } = prepared;
    const kf = parts.channels.kf;
    const app = kf?.app(run.accountId, agentId);
    for (const claimed of claims) {
      if (!kf || !app) {
        end(claimed, withoutAccount(claimed));
        continue;
      }
      const key = clientMessageId(run.id, claimed.identityId);
      const chat = { kfId, externalUserId: claimed.openid, key };
      void speak(claimed, () => kf.client.sayInKf(app, chat, message));
    }
    return;
  }
  const account = parts.channels.account(run.accountId);
  if (!account) {
    for (const claimed of claims) end(claimed, withoutAccount(claimed));
    return;
  }
  if (prepared.type === 'customer-service') {
    const { message } = prepared;
    // Not awaited: the caller counts what is under way by `each`.
    for (const claimed of claims) {
      void speak(claimed, () =>
        parts.channels.client.sendCustomerServiceMessage(account, claimed.openid, message),
      );
    }
    return;
  }
  const world = { accountName: account.name, now: parts.now(), zone: parts.zone };
  const people = await personVariables(parts.reader, prepared.prepared.needs, world, claims);
  for (const claimed of claims) {
    const message = fillIn(prepared, claimed, people.get(claimed.identityId));
    if ('verdict' in message) end(claimed, message.verdict);
    else void speak(claimed, () => parts.channels.client.sendTemplateMessage(account, message));
  }
}

type Sent = { messageId: string } | undefined;

/** What we judge ourselves never went out: it is no error of WeChat's, and the plan leaves the same people out. */
function fillIn(
  { message, prepared }: Extract<Prepared, { type: 'template' }>,
  claimed: Claimed,
  person: PersonVariables | undefined,
) {
  const leftOut = (reason: string): { verdict: Verdict } => ({
    verdict: {
      kind: 'ended',
      state: claimed.inDoubt ? 'unknown' : 'skipped',
      reason: claimed.inDoubt ? 'no-answer' : reason,
      errcode: null,
    },
  });
  try {
    if (!person) return leftOut('render-failed');
    const { fields, url } = prepared.render(person);
    if (troublesOf({ fields }).length > 0) return leftOut('field-invalid');
    return {
      openid: claimed.openid,
      templateId: message.templateId,
      fields,
      ...(url ? { url } : {}),
      ...(message.miniProgram ? { miniProgram: message.miniProgram } : {}),
      clientMessageId: clientMessageId(claimed.run.id, claimed.identityId),
    };
  } catch {
    return leftOut('render-failed');
  }
}

function withoutAccount({ run, inDoubt }: Claimed): Verdict {
  const reason = 'account-missing';
  if (run.origin === 'campaign') {
    return { kind: 'again', afterMs: 0, inDoubt, reason, errcode: null, pause: true };
  }
  return { kind: 'ended', state: inDoubt ? 'unknown' : 'failed', reason, errcode: null };
}
