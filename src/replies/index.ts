export type { Actions } from './actions';
export { answerSchema, type Answer } from './answers/answer';
export { FaqAsked, FaqCandidate, FaqExample, FaqFeedback, FaqOrigin } from './faq-learning.entity';
export { runExamples, type ExampleOutcome } from './faq-examples';
export { FaqEntry, FaqMiss, FaqPhrasing } from './faq.entity';
export { problemOfTemplate } from './answers/template-text';
export { readOptOut } from './opt-out';
export { cutQuestion, foldQuestion } from './fold-question';
export { importFaqs } from './import-faqs';
export { openReplies, Replies } from './open-replies';
export { answerEvent } from './answer-event';
export {
  answerMessage,
  byFaq,
  type Answered,
  type AnsweredBy,
  type ReplyBook,
  type ReplyState,
} from './reply-book';
export { reviewedReplies } from './reviewed-replies';
export { faqSource, sourcesFor, type FaqSource } from './sources';
export type { ReplyHelper } from './reply-helper';
export { ReplyDefault, ReplyHit, ReplyRule } from './reply-rule.entity';
export { rulesUsing, type SegmentsOfRules } from './segments-of-rules';
export { registerAnswerPublishing, replyOperations, type ReplyParts } from './replies.operations';
export {
  brandsIn,
  checkTemplates,
  countChanges,
  diffTemplates,
  exportTemplates,
  importTemplates,
  readTemplates,
  schemaText,
  shippedTemplates,
  TemplateOrigin,
  templateSchemas,
  testTemplates,
  type ImportedTemplates,
  type MessageTemplate,
  type TemplateChange,
  type TemplateCheck,
  type TemplateProblem,
  type Templates,
} from './templates';
export type { PacketsOfRules } from './packets-of-rules';
