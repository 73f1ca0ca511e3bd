import { join } from 'node:path';
import type { Middleware } from 'koa';
import { AccountBook, accountOperations } from './accounts';
import { createApp } from './app';
import { registerCampaigns, campaignOperations } from './campaigns';
import { callbackRoutes, openOfficialAccounts } from './channels/official-account';
import { payCallbackRoutes, platformKeys } from './channels/pay';
import {
  auditOperations,
  healthRoutes,
  openMetrics,
  operatorOperations,
  overviewOperations,
  servePages,
  sessionOperations,
  Sessions,
  workOperations,
  type Readiness,
} from './console';
import {
  awaitLateReply,
  Intake,
  lateReplyDeadline,
  recoverLateReply,
  replayEvent,
  type EventHandler,
  type LateParts,
} from './intake';
import { describeApi, openReplays, operation, type Operation } from './kernel/http';
import type { Kit } from './kernel/kit';
import { openRedPacketLedger, redPacketOperations } from './red-packets';
import {
  followerSyncOperation,
  labelOperations,
  peopleOperations,
  registerFollowerSync,
  sceneOperations,
  trackRelationship,
} from './relationships';
import { openReplies, replyOperations } from './replies';
import { segmentOperations } from './segments';
import { openSending } from './sending';
