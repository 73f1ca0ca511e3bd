import { z } from 'zod';
import { pageQuery } from '../kernel/http';
import { conversationStates } from './conversation.entity';

const OperatorView = z.object({ id: z.string(), name: z.string() }).nullable();

export const byConversation = z.object({ id: z.string().max(26) });

export const ConversationView = z.object({
  id: z.string(),
  identityId: z.string(),
  personId: z.string(),
  personName: z.string(),
  /** WeChat gives no names: without one, the name only tells followers apart. */
  personNamed: z.boolean(),
  accountId: z.string(),
  accountName: z.string(),
  channel: z.enum(['official-account', 'wecom-kf']),
  /** WeCom's own staff answer them: nothing can be said from here. */
  isElsewhere: z.boolean(),
  state: z.enum(conversationStates),
  assignee: OperatorView,
  since: z.string(),
  lastAt: z.string(),
  lastText: z.string(),
  lastBy: z.enum(['follower', 'bot', 'operator']),
  waitingSince: z.string().nullable(),
  unread: z.number(),
  window: z.object({ left: z.number(), until: z.string() }).nullable(),
  tags: z.array(z.string()),
  draftBy: OperatorView,
});

export const ConversationDetail = ConversationView.extend({
  suggestions: z.array(
    z.object({
      text: z.string(),
      source: z.enum(['faq', 'canned']),
      faqId: z.string().optional(),
      score: z.number().optional(),
    }),
  ),
  handBackAt: z.string().nullable(),
});

export const MessageView = z.object({
  id: z.string(),
  at: z.string(),
  by: z.enum(['follower', 'bot', 'operator']),
  operator: OperatorView,
  kind: z.enum(['text', 'image', 'voice', 'video', 'location', 'link', 'event', 'note']),
  text: z.string(),
  mediaUrl: z.string().nullable(),
  /** Of a picture an operator sent: to send it again while the platform has it. */
  mediaId: z.string().nullable(),
  voiceText: z.string().nullable(),
  /** Who had the voice written down, when, and by which model; null where WeChat said the words itself. */
  transcript: z.object({ by: z.string(), at: z.string(), model: z.string() }).nullable(),
  /** Whether it could be written down now. */
  mayHear: z.boolean(),
  because: z.string().nullable(),
  state: z.enum(['queued', 'sent', 'failed', 'unknown']).nullable(),
  reason: z.string().nullable(),
  /** The same as a sentence in the caller's language. */
  reasonText: z.string().nullable(),
  /** Whoever said it took it back. */
  recalled: z.boolean(),
});

export const CountsView = z.object({
  waiting: z.number(),
  /** Waited for a day, and no person has looked since. */
  unanswered: z.number(),
  mine: z.number(),
  all: z.number(),
  unread: z.number(),
});

export const ListQuery = pageQuery.extend({
  view: z.enum(['waiting', 'unanswered', 'mine', 'all', 'closed']).default('all'),
  q: z.string().trim().min(1).max(64).optional(),
  accountId: z.string().max(26).optional(),
});

export const ThreadQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: z.string().max(500).optional(),
});

const mostTextBytes = 2_048;

export const SayBody = z.union([
  z.strictObject({
    text: z
      .string()
      .trim()
      .min(1)
      .refine((said) => Buffer.byteLength(said) <= mostTextBytes, {
        params: { code: 'text_too_long', maximum: mostTextBytes },
      }),
    clientKey: z.string().regex(/^[\w-]{1,64}$/),
  }),
  z.strictObject({
    mediaId: z.string().regex(/^(?!lib-)[\w-]{1,128}$/),
    clientKey: z.string().regex(/^[\w-]{1,64}$/),
  }),
]);
