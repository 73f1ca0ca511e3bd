export { ANSWER_FROM, askFaq, type Band, type FaqAnswer } from './ask-faq';
export { toSimplified } from './character-tables';
export { faqHealth, type FaqHealth, type FaqWarning } from './faq-health';
export {
  buildFaqIndex,
  buildFaqIndexGently,
  takeInGently,
  trainGently,
  withoutFaqs,
  type FaqIndex,
} from './faq-index';
export type { Faq } from './knowledge';
export { normaliseQuestion } from './normalise-question';
