import {
  HttpFailure,
  type HttpAnswer,
  type HttpClient,
  type HttpRequest,
} from '../../kernel/http-client';
import { WeChatUnclear } from './errors';

/** One HTTP exchange. Throws `WeChatUnclear` for everything that is not a whole answer with status 2xx. */
export async function exchange(
  http: Pick<HttpClient, 'request'>,
  endpoint: string,
  request: HttpRequest,
): Promise<HttpAnswer> {
  let answer: HttpAnswer;
  try {
    answer = await http.request(request);
  } catch (error) {
    if (error instanceof HttpFailure) throw new WeChatUnclear(endpoint, error.reason);
    throw error;
  }
  if (answer.status < 200 || answer.status > 299)
    throw new WeChatUnclear(endpoint, 'server-error', answer.status);
  return answer;
}
