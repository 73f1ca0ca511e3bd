export { hangUp, keepOpen } from './endless';
export { answerHtml, escapeHtml } from './html-page';
export { describeApi } from './openapi';
export {
  operation,
  type Method,
  type Operation,
  type OperationRequest,
  type OperationSpec,
} from './operation';
export { decodeCursor, encodeCursor, idsQuery, pageFrom, pageOf, pageQuery } from './page';
export { seenVersion } from './seen-version';
export { isBadText } from './bad-text';
export { fieldErrorsOf } from './field-errors';
export { parseWith, readBody, readJson } from './parse';
export { answerProblem, problems } from './problem';
export { apiRoutes, type Authenticate } from './routes';
export { openReplays, type Replays } from './replays';
export { IdempotentRequest } from './idempotent-request.entity';
