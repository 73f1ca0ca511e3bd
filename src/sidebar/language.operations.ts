import { z } from 'zod';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { chooseLanguage } from '../relationships';
import { repOf } from './rep-of';

/** What a rep reads, here and in messages of the app. */
export function languageOperation(kit: Pick<Kit, 'db'>): Operation {
  return operation(
    {
      method: 'PUT',
      path: '/api/v1/sidebar/language',
      permission: 'rep',
      summary: 'The language of this rep: of the sidebar, and of what the app tells them',
      body: z.strictObject({ language: z.enum(['zh-CN', 'en']) }),
    },
    async ({ actor, body }) => {
      await kit.db.transact((tx) => chooseLanguage(tx, repOf(actor), body.language));
    },
  );
}
