import { z } from 'zod';
import type { AccountBook } from '../accounts';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import type { Locale } from '../kernel/text';
import {
  contentIn,
  lifeOperations,
  needsReview,
  presentVersion,
  saveChange,
  standingOf,
  versionFields,
  type VersionRow,
} from '../review';
import { answerSchema } from './answers/answer';
import {
  settingsLife,
  settingsOf,
  type SettingsContent,
  type SettingsRow,
} from './life/settings-life';
import type { Replies } from './open-replies';
import { accountIdOf } from './rule-access';

const path = '/api/v1/reply-settings';
const appId = z.string().max(64);
const anAnswer = z.record(z.string(), z.unknown()).nullable();
const contentFields = { welcome: anAnswer, default: anAnswer };

const SettingsView = z.object({
  id: z.string().describe('The account, by its appId: where the steps of its life are'),
  appId: z.string(),
  ...contentFields,
  status: z.enum(['draft', 'published']),
  version: z.number().describe('Send it back with a change'),
  liveVersion: z.number().nullable(),
  draft: z
    .object({ ...contentFields, ...versionFields })
    .nullable()
    .describe('What is being written; the fields beside are what answers'),
});
const settingsBody = z.strictObject({
  welcome: answerSchema.nullable(),
  default: answerSchema.nullable(),
  asDraft: z
    .boolean()
    .optional()
    .describe('Kept as a draft; what answers stays as it is until the draft is published'),
  version: z
    .int()
    .min(0)
    .optional()
    .describe('As read; when somebody has saved since, 409 settings_changed_meanwhile'),
});

const present = ({ welcome, default: fallback }: SettingsContent) => ({
  welcome,
  default: fallback,
});
const presentDraft = (row: VersionRow, locale: Locale) => ({
  ...present(contentIn<SettingsContent>(row)),
  ...presentVersion(row, locale),
});

/** What an account says first and last, from a draft to what answers. */
export function settingsOperations(kit: Kit, accounts: AccountBook, replies: Replies): Operation[] {
  const life = settingsLife(kit);
  const show = async (row: SettingsRow, locale: Locale) => {
    const { version, live, open } = await standingOf(kit.db, 'settings', row.id);
    const named = accounts.find(row.id)?.platformId ?? '';
    const isSaid = row.welcome !== null || row.default !== null;
    return {
      ...{ id: named, appId: named, ...present(row) },
      status: live || isSaid ? ('published' as const) : ('draft' as const),
      ...{ version, liveVersion: live?.version ?? null },
      draft: open ? presentDraft(open, locale) : null,
    };
  };

  return [
    operation(
      {
        method: 'GET',
        path,
        permission: 'replies.read',
        summary: 'Welcome and default answer of an account',
        query: z.object({ appId }),
        response: SettingsView,
      },
      async ({ actor, query, locale }) =>
        show(await settingsOf(kit, accountIdOf(accounts, actor, query.appId)), locale),
    ),
    operation(
      {
        method: 'PUT',
        path,
        permission: 'replies.edit',
        summary:
          'Set welcome and default answer of an account, null says nothing; at once, or after a review where one is required',
        query: z.object({ appId }),
        body: settingsBody,
        response: SettingsView,
      },
      async ({ actor, query, body, locale }) => {
        const id = accountIdOf(accounts, actor, query.appId);
        const { asDraft = false, version: seen, ...content } = body;
        life.refuse(content);
        replies.refuseUnknownMedia(body.welcome, id, 'welcome');
        replies.refuseUnknownMedia(body.default, id, 'default');
        const row = await settingsOf(kit, id);
        const wish = asDraft ? 'draft' : needsReview(kit, actor) ? 'review' : 'live';
        await kit.db.transact((tx) =>
          saveChange(tx, { kit, life, actor, row }, { content, wish, seen }),
        );
        await kit.versions.check(true);
        return show(await settingsOf(kit, id), locale);
      },
    ),
    ...lifeOperations(kit, {
      life,
      named: { path: `${path}/{id}`, one: 'welcome and default of an account' },
      find: (actor, id) => settingsOf(kit, accountIdOf(accounts, actor, id, 'id')),
      // Whoever finds the account may change what it says.
      requireChange: () => undefined,
      view: SettingsView,
      show: (_, row, locale) => show(row, locale),
      contentFields,
      showContent: (_, content) => present(content),
    }),
  ];
}
