export { FaqEntry, FaqMiss, FaqPhrasing } from './faq.entity';
export { ReplyDefault, ReplyHit, ReplyRule } from './reply-rule.entity';
