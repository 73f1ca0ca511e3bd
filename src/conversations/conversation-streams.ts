import { PassThrough } from 'node:stream';
import type { AccountBook } from '../accounts';
import type { Actor } from '../kernel/access';
import type { Kit } from '../kernel/kit';
import type { Locale } from '../kernel/text';
import { countConversations } from './count-conversations';
import { presentConversations, rowsByIds } from './find-conversations';
import { NewsReader, type News } from './read-news';
import { entriesByIds, presentThread } from './thread';

type StreamKit = Pick<Kit, 'settings' | 'db' | 'clock' | 'log' | 'newId'>;

export type Listener = {
  actor: Actor;
  locale: Locale;
  /** Who they are now: undefined once they signed out or may not read any more. */
  stillHere: () => Promise<Actor | undefined>;
};

type Open = Listener & { stream: PassThrough; lastCounts: string };

const everyMs = 1_000;
const beatEvery = 15;
const checkEvery = 5;
/** A reader that takes nothing for this many bytes is cut. */
const mostWaiting = 256 * 1_024;

/**
 * What happens in conversations, as server-sent events. Every process reads the rows, once a second and only
 * while somebody looks, so it does not matter which process took the event. A page that was away asks again.
 */
export class ConversationStreams {
  private readonly open = new Set<Open>();
  private running: Promise<void> | undefined;
  private isStopping = false;

  constructor(
    private readonly kit: StreamKit,
    private readonly book: AccountBook,
  ) {}

  stream(listener: Listener): PassThrough {
    const stream = new PassThrough();
    const one: Open = { ...listener, stream, lastCounts: '' };
    this.open.add(one);
    stream.on('close', () => this.open.delete(one));
    stream.on('error', () => undefined);
    stream.write('retry: 2000\n\n');
    this.running ??= this.run().finally(() => (this.running = undefined));
    return stream;
  }

  /** For a graceful stop: the pages connect again by themselves. */
  close(): void {
    this.isStopping = true;
    for (const { stream } of this.open) stream.end();
  }

  private async run(): Promise<void> {
    const reader = new NewsReader(this.kit);
    for (let turn = 0; !this.isStopping && this.open.size > 0; turn += 1) {
      try {
        await this.turn(reader, turn);
      } catch (error) {
        this.hangUp(this.open, error);
      }
      await this.kit.clock.sleep(everyMs);
    }
  }

  private async turn(reader: NewsReader, turn: number): Promise<void> {
    const news = await reader.read();
    const failed = new Set<Open>();
    let last: unknown;
    for (const one of [...this.open]) {
      try {
        await this.serve(one, news, turn);
      } catch (error) {
        failed.add(one);
        last = error;
      }
    }
    if (failed.size > 0) this.hangUp(failed, last);
  }

  /** A page that may have missed something connects again and asks for everything; told once for all of them. */
  private hangUp(some: ReadonlySet<Open>, error: unknown): void {
    this.kit.log.warn('conversations.stream', { error, pages: some.size });
    for (const one of [...some]) {
      one.stream.end();
      this.open.delete(one);
    }
  }

  private async serve(one: Open, news: News, turn: number): Promise<void> {
    if (turn % checkEvery === checkEvery - 1 && !(await this.isStillHere(one))) {
      one.stream.end();
      this.open.delete(one);
      return;
    }
    if (turn % beatEvery === 0) one.stream.write(': still here\n\n');
    await this.tell(one, news, turn);
    if (one.stream.readableLength > mostWaiting) one.stream.end();
  }

  private async isStillHere(one: Open): Promise<boolean> {
    const actor = await one.stillHere();
    if (actor) one.actor = actor;
    return actor !== undefined;
  }

  private async tell(one: Open, news: News, turn: number): Promise<void> {
    const { actor, locale, stream } = one;
    const isSeen = ({ accountId }: { accountId: string }) =>
      actor.accountIds === 'all' || actor.accountIds.includes(accountId);
    const entries = (await entriesByIds(this.kit, news.entryIds)).filter(isSeen);
    const messages = await presentThread(this.kit, entries, locale);
    messages.forEach((message, at) => {
      const conversationId = entries[at]?.identityId ?? '';
      write(stream, 'message', { conversationId, message });
    });
    const rows = (await rowsByIds(this.kit, actor, news.conversationIds)).filter(isSeen);
    for (const shown of await presentConversations(this.kit, this.book, actor, rows, locale)) {
      write(stream, 'conversation', { conversation: shown });
    }
    if (rows.length === 0 && turn % checkEvery !== 0) return;
    const counts = JSON.stringify(await countConversations(this.kit, actor));
    if (counts === one.lastCounts) return;
    one.lastCounts = counts;
    stream.write(`event: counts\ndata: ${counts}\n\n`);
  }
}

function write(stream: PassThrough, event: string, data: unknown): void {
  stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
