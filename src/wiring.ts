import type { Context } from 'koa';
import type Koa from 'koa';
import { AccountBook, accountOperations, addAccountsFromSettings, tokenStates } from './accounts';
import { createApp } from './app';
import {
  callbackRoutes,
  openOfficialAccounts,
  type OfficialAccountClient,
} from './channels/official-account';
import { openWeCom, weComCallbackRoutes, type WeComClient } from './channels/wecom';
import { payCallbackRoutes, platformKeys } from './channels/pay';
import {
  campaignOperations,
  campaignsUsing,
  ProgressStreams,
  registerCampaigns,
} from './campaigns';
import {
  auditOperations,
  healthRoutes,
  missedRunOperations,
  openMetrics,
  operatorOperations,
  overviewOperations,
  servePages,
  sessionOperations,
  Sessions,
  workOperations,
  type Readiness,
} from './console';
import { openConversations, whoWaits } from './conversations';
import { demoSignIns } from './demo';
import { apiPages } from './api-pages';
import { behindTheScenes } from './behind-the-scenes';
import {
  eventHandlers,
  keywordPackets,
  type LateAnswers,
  lateReplies,
  lookUpAudience,
  packetsOfRules,
  replyAudience,
} from './answering';
import { takeUpFormerLife } from './former-life';
import { CrashWatch, Intake, replayEvent, type EventHandler } from './intake';
import { openReplays, type Operation } from './kernel/http';
import { BadSetting } from './kernel/settings';
import type { RunningKit } from './open-kit';
import {
  erasureOperations,
  planForgetLeft,
  registerErasing,
  retentionOperation,
} from './forgetting';
import { kfOperations, planKfSweep, registerKf } from './kf';
import { openAttachments, type Attachments } from './attachments';
import { MediaLibrary, mediaOperations, planMediaRenewal, registerMedia } from './media';
import {
  menuOperations,
  planMenuTags,
  registerMenuPublishing,
  registerMenus,
  reviewedMenus,
} from './menus';
import { outreachOperations, outreachUsing, planDigest, registerOutreach } from './outreach';
import { openRedPacketLedger, promotionsUsing, redPacketOperations } from './red-packets';
import {
  followerSyncOperation,
  labelOperations,
  peopleOperations,
  registerContactFetch,
  corpOperations,
  planNightlyRepair,
  registerCorp,
  registerWelcome,
  noticeOperations,
  registerFriendNotices,
  registerRoomGreetings,
  roomGreetingOperations,
  registerWayArrivals,
  registerWaySettling,
  wayOperations,
  welcomeOperations,
  registerFollowerSync,
  registerUnionidLookup,
  sceneOperations,
} from './relationships';
import {
  modelHelper,
  modelOperations,
  openModels,
  planForgetting,
  registerForgetting,
  Speech,
} from './models';
import {
  openReplies,
  registerAnswerPublishing,
  replyOperations,
  reviewedReplies,
  rulesUsing,
  type Replies,
} from './replies';
import { reviewOperations } from './review';
import { openOwnSandbox, sandboxClock } from './sandbox-world';
import {
  materialUses,
  openPageOperations,
  registerTellingReps,
  repWorkOperation,
  salesOperations,
} from './sales';
import { segmentOperations } from './segments';
import { openSending, type Sending } from './sending';
import { RepSessions, sidebarOperations } from './sidebar';
import { noteNewcomers } from './note-newcomers';
import { noteCallbacks } from './note-callbacks';

export type World = {
  book: AccountBook;
  officialAccounts: OfficialAccountClient;
  wecom: WeComClient;
  attachments: Attachments;
  replies: Replies;
  sending: Sending;
  app: Koa;
  operations: readonly Operation[];
  readiness: Readiness;
  start(): Promise<void>;
  /** Nothing new begins: streams end, calls under way are finished and written down. */
  rest(): Promise<void>;
  stop(): Promise<void>;
};

/** What an installation adds: handlers before the usual answer, and answers of theirs that need the outside. */
export type Extension = {
  handlers?: readonly EventHandler[];
  lateAnswers?: LateAnswers;
};

/** The one place where things are built and joined. */
export async function wire(kit: RunningKit, extension: Extension = {}): Promise<World> {
  const { settings } = kit;
  const book = await AccountBook.open(kit);
  await addAccountsFromSettings(kit, book);
  const officialAccounts = openOfficialAccounts({
    ...kit,
    hostsOf: (account) => book.hostsOf(account.id),
  });

  const wecom = openWeCom({ ...kit, apiOf: ({ id }) => book.weComApiOf(id) });

  const library = await MediaLibrary.open(kit, book);
  const attachments = openAttachments(kit, { book, wecom, library });
  const replies = await openReplies(kit, library);
  const models = await openModels(kit, replies);
  const speech = new Speech(kit, models);
  registerForgetting(kit);
  registerAnswerPublishing(kit, { book, replies });
  const sending = openSending(kit, {
    client: officialAccounts,
    account: (accountId) => {
      const account = book.find(accountId);
      return account?.enabled
        ? { ...book.channelOrThrow(accountId), name: account.name }
        : undefined;
    },
    kf: {
      client: wecom,
      app: (accountId, agentId) =>
        book.find(accountId)?.enabled
          ? book.weComApps(accountId).find((app) => app.agentId === agentId)
          : undefined,
    },
  });
  const redPackets = openRedPacketLedger(kit, book);
  const campaignParts = { sending, book, client: officialAccounts };
  const streams = new ProgressStreams(kit);
  registerCampaigns(kit, campaignParts);
  registerFollowerSync(kit, book, officialAccounts);
  registerContactFetch(kit, book, wecom);
  registerCorp(kit, book, wecom, officialAccounts);
  registerWelcome(kit, book, wecom, attachments);
  registerRoomGreetings(kit, book, wecom, attachments);
  registerWaySettling(kit, book, wecom);
  registerWayArrivals(kit, book, wecom);
  registerFriendNotices(kit, book, wecom);
  registerUnionidLookup(kit, book, officialAccounts);
  registerTellingReps(kit, book, wecom);
  attachments.usedBy(materialUses);
  registerMedia(kit, { book, client: officialAccounts, library });
  registerMenus(kit, { book, client: officialAccounts });
  registerMenuPublishing(kit);
  registerOutreach(kit, { book, wecom, attachments });
  registerErasing(kit);

  const sessions = new Sessions(kit);
  const conversations = await openConversations(kit, {
    ...{ book, client: officialAccounts, wecom, replies, sending, library },
    hearing: speech.config && speech,
    stillHere: async (ctx) => {
      const actor = await sessions.authenticate(ctx);
      return actor?.permissions.has('conversations.read') ? actor : undefined;
    },
  });
  const newcomers = noteNewcomers(kit, book);
  const handlers = eventHandlers(kit, {
    replies,
    sending,
    conversations,
    models,
    own: extension.handlers,
    onFollowed: newcomers.followed,
  });
  const watch = await CrashWatch.open(kit, settings.dataDir);
  const lookUp = lookUpAudience(kit, replies);
  const intake = new Intake(kit, handlers, watch, lookUp);
  registerKf(kit, { book, wecom, take: (event) => intake.take(event) });
  const late = lateReplies(kit, sending, {
    ...models.lateAnswers,
    ...keywordPackets(kit, redPackets.keyword),
    ...extension.lateAnswers,
  });
  const noted = noteCallbacks(kit);
  const scenes = settings.isSandboxOn ? behindTheScenes(book, replies) : undefined;
  const metrics = openMetrics({ waiting: async () => (await whoWaits(kit, 'all')).count });
  const repSessions = new RepSessions(kit, book);
  // In the sidebar a console's session is nobody; a token is somebody, who is refused.
  const authenticate = async (ctx: Context) => {
    if (!ctx.path.startsWith('/api/v1/sidebar/')) return sessions.authenticate(ctx);
    const rep = await repSessions.authenticate(ctx);
    return rep ?? (ctx.get('authorization') ? sessions.authenticate(ctx) : undefined);
  };
  const { receivedFen } = redPackets;

  const people = peopleOperations(kit, { book, receivedFen });

  const operations: Operation[] = [
    ...sessionOperations(kit, sessions, () =>
      demoSignIns(settings).map(({ name, email }) => ({ name, email })),
    ),
    ...overviewOperations(kit, { openQuestions: (ids) => replies.openQuestions.count(ids) }),
    ...missedRunOperations(kit),
    ...people,
    ...labelOperations(kit),
    ...sceneOperations(kit, book, officialAccounts),
    ...conversations.operations(),
    ...replyOperations(kit, {
      book,
      replies,
      segments: replyAudience(kit),
      packets: packetsOfRules(kit, redPackets.keyword),
      helper: modelHelper(models, replies),
    }),
    ...reviewOperations(kit, {
      kinds: [...reviewedReplies(kit, { book, replies }), reviewedMenus],
      accountName: (id) => book.find(id)?.name,
    }),
    ...modelOperations(kit, book, models, speech),
    ...mediaOperations(kit, {
      ...{ book, library, usesOf: (id) => replies.usesOfMedia(id), attached: attachments.uses },
    }),
    ...menuOperations(kit, {
      ...{ book, client: officialAccounts, rulesNaming: (id) => replies.rulesNaming(id) },
    }),
    ...segmentOperations(kit, { book, receivedFen }, [
      ...[campaignsUsing, promotionsUsing, rulesUsing, outreachUsing],
    ]),
    ...campaignOperations(kit, campaignParts, streams),
    ...outreachOperations(kit, { book, wecom, attachments }),
    ...redPacketOperations(kit),
    ...accountOperations(kit, book, { officialAccounts, wecom }, redPackets.merchants),
    followerSyncOperation(kit, book),
    retentionOperation(kit, book),
    ...erasureOperations(kit),
    ...welcomeOperations(kit, book, attachments),
    ...roomGreetingOperations(kit, book, attachments),
    ...wayOperations(kit, book, attachments),
    ...noticeOperations(kit, book),
    ...sidebarOperations(kit, {
      ...{ book, wecom, sessions: repSessions, people, attachments, library },
    }),
    ...salesOperations(kit, { book, attachments }),
    repWorkOperation(kit),
    ...openPageOperations(kit),
    ...corpOperations(kit, book, wecom, officialAccounts),
    ...kfOperations(kit, book, wecom),
    ...operatorOperations(kit),
    ...auditOperations(kit),
    ...workOperations(kit, (eventId) => replayEvent(kit, handlers, eventId, lookUp)),
    ...apiPages(() => operations),
  ];

  const callbacks = callbackRoutes({
    accounts: (appId) => book.channelByAppId(appId),
    takeEvent: (event) => {
      noted.heardOf(event.accountId);
      return late.answer(event, intake, (taken) => scenes?.remember(event, taken));
    },
    ...(scenes ? { explain: (event, steps) => scenes.tell(event, steps) } : {}),
    clock: kit.clock,
    log: kit.log,
    metrics: metrics.callbacks,
    skewMs: settings.callbackMaxSkewSeconds * 1_000,
  });
  const weComCallbacks = weComCallbackRoutes({
    agents: (corpId, agentId) => book.weComAgent(corpId, agentId),
    takeEvent: (event) => {
      noted.heardOf(event.accountId);
      return intake.take(event);
    },
    clock: kit.clock,
    log: kit.log,
    metrics: metrics.callbacks,
    skewMs: settings.callbackMaxSkewSeconds * 1_000,
  });
  const payCallbacks = payCallbackRoutes({
    merchants: (mchId) => {
      const merchant = book.merchantByMchId(mchId);
      if (!merchant?.secrets.apiV3Key) return undefined;
      const { publicKeyPem, apiV3Key } = merchant.secrets;
      const keys = platformKeys(
        merchant.publicKeyId && publicKeyPem ? { [merchant.publicKeyId]: publicKeyPem } : {},
      );
      return { id: merchant.id, mchId, apiV3Key, keys };
    },
    // A notification only wakes the pay loop: it asks WeChat and believes the answer.
    takeNotification: () => {
      kit.bell.ring('payout', 'due');
      return Promise.resolve();
    },
    clock: kit.clock,
    log: kit.log,
  });

  const readiness: Readiness = { isOpen: false, isStopping: false };
  const sandbox = await openOwnSandbox(kit);
  const clock = settings.isSandboxOn ? sandboxClock(kit) : undefined;
  const health = healthRoutes(kit, readiness, metrics, authenticate, () =>
    tokenStates(book, { officialAccounts, wecom }),
  );
  const app = createApp(kit, {
    operations,
    authenticate,
    replays: openReplays(kit.db, kit.clock),
    callbacks: [callbacks, weComCallbacks, payCallbacks, ...(clock ? [clock.routes] : [])],
    sandbox: sandbox?.routes,
    health,
    pages: servePages({ sandbox: settings.isSandboxOn }),
  });
  const works = settings.role === 'all' || settings.role === 'worker';

  let resting: Promise<void> | undefined;
  const rest = () =>
    (resting ??= (async () => {
      streams.close();
      conversations.close();
      await kit.schedules.stop();
      await Promise.all([sending.sender.stop(), redPackets.payLoop.stop(), kit.work.stop()]);
    })());

  return {
    app,
    operations,
    readiness,
    book,
    officialAccounts,
    wecom,
    attachments,
    replies,
    sending,
    start: async () => {
      await clock?.catchUp();
      if (works) {
        await kit.db.transact(async (tx) => {
          if (!settings.databaseUrl) await takeUpFormerLife(tx);
          await planNightlyRepair(kit, tx);
          await planMediaRenewal(kit, tx);
          await attachments.plan(tx);
          await planMenuTags(kit, tx);
          await planForgetting(kit, tx);
          await planForgetLeft(kit, tx);
          await planKfSweep(kit, tx);
          await planDigest(kit, tx);
        });
        kit.work.start();
        models.start();
        kit.schedules.start();
        sending.sender.start();
        redPackets.payLoop.start();
      }
    },
    rest,
    stop: async () => {
      await intake.drain();
      watch.close();
      await rest();
      await noted.stop();
      await newcomers.stop();
      models.stop();
      await replies.close();
      await library.close();
      clock?.stop();
      await sandbox?.close();
    },
  };
}

/** A production server must not carry what a demo left behind; `guanxi doctor` names it too. */
export async function refuseDemoInProduction(kit: RunningKit): Promise<void> {
  if (!kit.settings.isProduction) return;
  const [found] = await kit.db.read.all<{ operators: number; accounts: number }>(
    `SELECT (SELECT COUNT(*) FROM operator WHERE isDemo = 1) AS operators,
       (SELECT COUNT(*) FROM account WHERE world = 'sandbox') AS accounts`,
  );
  if (found && (found.operators > 0 || found.accounts > 0)) {
    throw new BadSetting(
      'NODE_ENV',
      `production refuses ${found.operators} demo operators and ${found.accounts} sandbox accounts in this database`,
    );
  }
}
