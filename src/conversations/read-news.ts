import { marksFor } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { threadKinds } from './thread';

type Part = Pick<Kit, 'db' | 'clock' | 'newId'>;

export type News = { entryIds: string[]; conversationIds: string[] };

/** What the audit log calls a voice written down: the one mark that an old entry has words now. */
export const WRITTEN_DOWN = 'conversation.voice-written-down';

/** Rows are looked for this long after their id was made: a slow transaction commits late. */
const overlapMs = 5_000;
/** In a flood the newest are told, and all of those where a person answers. */
const mostEntries = 300;

/** What is new since the last look, whichever process wrote it. */
export class NewsReader {
  /** Ids made at each look: what is written later has a greater one. */
  private readonly marks: { at: number; id: string }[] = [];
  private told = new Map<string, number>();
  private readonly drafts = new Map<string, number>();

  constructor(private readonly kit: Part) {
    this.mark();
  }

  async read(): Promise<News> {
    const now = this.kit.clock.system();
    const from = this.marks[0] ?? this.mark();
    const [entries, attended, changed, messages, heard] = await Promise.all([
      this.newest(from.id),
      this.attended(from),
      this.kit.db.read.all<{ id: string; changedAt: number; draftUntil: number | null }>(
        `SELECT identityId AS id, changedAt, draftUntil FROM conversation WHERE changedAt >= ?`,
        [from.at],
      ),
      this.kit.db.read.all<{ id: string; identityId: string; state: string }>(
        `SELECT m.id, m.identityId, d.state FROM conversation_message m
         JOIN delivery d ON d.runId = m.id AND d.identityId = m.identityId WHERE m.changedAt >= ?`,
        [from.at],
      ),
      this.writtenDown(from.id),
    ]);
    this.mark();
    const fresh = [...entries, ...attended].filter(({ id }) => this.isNew(id, now));
    const settled = [
      ...messages.filter((one) => this.isNew(`${one.id} ${one.state}`, now)),
      ...heard.filter((one) => this.isNew(one.noteId, now)),
    ];
    const moved = changed.filter((one) => this.isNew(`${one.id} ${one.changedAt}`, now));
    for (const { id, draftUntil } of moved) {
      if (draftUntil !== null && draftUntil > now) this.drafts.set(id, draftUntil);
    }
    this.forget(now);
    return {
      entryIds: [...new Set([...fresh, ...settled].map(({ id }) => id))],
      conversationIds: [
        ...new Set([
          ...[...fresh, ...settled].map(({ identityId }) => identityId),
          ...moved.map(({ id }) => id),
          ...this.endedDrafts(now),
        ]),
      ],
    };
  }

  private mark(): { at: number; id: string } {
    const mark = { at: this.kit.clock.system(), id: this.kit.newId() };
    this.marks.push(mark);
    const past = mark.at - overlapMs;
    while (this.marks.length > 1 && (this.marks[1]?.at ?? 0) < past) this.marks.shift();
    return mark;
  }

  private newest(fromId: string) {
    return this.kit.db.read.all<{ id: string; identityId: string }>(
      `SELECT e.id, e.identityId FROM (SELECT id, identityId, kind FROM timeline_entry WHERE id > ?
         ORDER BY id DESC LIMIT ${mostEntries}) e
       JOIN identity i ON i.id = e.identityId AND (i.kind = 'follower' OR i.lastInboundAt IS NOT NULL)
       WHERE e.kind IN (${marksFor(threadKinds)})`,
      [fromId, ...threadKinds],
    );
  }

  private attended({ id }: { id: string }) {
    const since = this.kit.clock.business() - 120_000;
    return this.kit.db.read.all<{ id: string; identityId: string }>(
      `SELECT e.id, e.identityId FROM conversation c
       JOIN timeline_entry e ON e.identityId = c.identityId AND e.at >= ? AND e.id > ?
       WHERE c.state IN ('waiting', 'taken') AND e.kind IN (${marksFor(threadKinds)})`,
      [since, id, ...threadKinds],
    );
  }

  /** Voices that have words now; the entry itself is as old as the voice. */
  private async writtenDown(fromId: string) {
    const notes = await this.kit.db.read.all<{ id: string; targetId: string; valueAfter: string }>(
      `SELECT id, targetId, valueAfter FROM audit_entry WHERE id > ? AND action = ?`,
      [fromId, WRITTEN_DOWN],
    );
    return notes.map(({ id, targetId, valueAfter }) => ({
      ...{ noteId: id, identityId: targetId },
      id: (JSON.parse(valueAfter) as { entryId: string }).entryId,
    }));
  }

  private isNew(key: string, now: number): boolean {
    const isNew = !this.told.has(key);
    this.told.set(key, now);
    return isNew;
  }

  private forget(now: number): void {
    for (const [key, at] of this.told) if (now - at > 3 * overlapMs) this.told.delete(key);
  }

  private endedDrafts(now: number): string[] {
    const ended = [...this.drafts].filter(([, until]) => until <= now).map(([id]) => id);
    for (const id of ended) this.drafts.delete(id);
    return ended;
  }
}
