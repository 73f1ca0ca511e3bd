import { recordChange, type Actor } from '../kernel/access';
import { execute, select } from '../kernel/database';
import { AppError, Conflict, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import type { ConversationParts } from './parts';
import { WRITTEN_DOWN } from './read-news';
import { entriesByIds } from './thread';

/**
 * A follower's voice in words, beside the voice: who asked for it, when, and which model heard it. They were
 * not written by the follower, so nothing answers them. Somebody else's words of the same voice stand.
 */
export async function writeDown(
  kit: Kit,
  { media, hearing }: Pick<ConversationParts, 'media' | 'hearing'>,
  actor: Actor,
  at: { identityId: string; entryId: string },
  locale: Locale,
): Promise<void> {
  const [entry] = await entriesByIds(kit, [at.entryId]);
  if (entry?.identityId !== at.identityId || entry.kind !== 'message-in') throw new NotFound();
  const params = JSON.parse(entry.params) as Record<string, unknown>;
  const { mediaId, messageKind } = params;
  if (messageKind !== 'voice' || typeof mediaId !== 'string') throw new NotFound();
  if (typeof params['text'] === 'string' && params['text'] !== '') return;
  if (!hearing) throw new Conflict('speech_off');
  const { id, accountId, identityId } = entry;
  const voice = await media.find({ id, accountId, kind: 'voice', mediaId });
  const heard = await hearing.hear({ accountId, identityId, entryId: id, ...voice });
  if ('verdict' in heard) {
    const why = text(locale, `model.verdict.${heard.verdict}`);
    const code = heard.said === null ? 'speech_failed' : 'speech_refused';
    throw new AppError(502, code, { why, said: heard.said ?? '' });
  }
  const transcript = { by: actor.name, operatorId: actor.id, at: kit.clock.business() };
  await kit.db.transact(async (tx) => {
    const [now] = await select<{ params: string }>(
      tx,
      `SELECT params FROM timeline_entry WHERE id = ?`,
      [id],
    );
    if (!now) throw new NotFound();
    const known = JSON.parse(now.params) as Record<string, unknown>;
    if (typeof known['transcript'] === 'object') return;
    const told = { ...known, text: heard.text, transcript: { ...transcript, model: heard.model } };
    await execute(tx, `UPDATE timeline_entry SET params = ? WHERE id = ?`, [
      JSON.stringify(told),
      id,
    ]);
    await recordChange(tx, actor, {
      ...{ id: kit.newId(), at: kit.clock.system(), action: WRITTEN_DOWN },
      ...{ targetKind: 'conversation', targetId: identityId },
      after: { model: heard.model, entryId: id },
    });
  });
}
