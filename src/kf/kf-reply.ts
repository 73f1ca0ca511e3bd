import type { OutgoingMessage, Reply } from '../channels/inbound-event';
import type { KfReply } from '../channels/wecom';

/** The bot's answer as customer service can say it: what it has no form for becomes a text with a link. */
export function kfReplyOf(reply: Reply | OutgoingMessage): KfReply | undefined {
  switch (reply.kind) {
    case 'text':
      return reply;
    case 'image':
    case 'voice':
    case 'video':
      return { kind: reply.kind, mediaId: reply.mediaId };
    case 'articles': {
      const [first] = reply.articles;
      return first && { kind: 'text', text: `${first.title}\n${first.url}` };
    }
    case 'music': {
      const lines = [reply.title, reply.url ?? reply.highQualityUrl].filter(Boolean);
      return lines.length === 0 ? undefined : { kind: 'text', text: lines.join('\n') };
    }
    case 'article':
      return { kind: 'text', text: `${reply.article.title}\n${reply.article.url}` };
    case 'choices':
      return reply;
    default:
      return undefined;
  }
}
