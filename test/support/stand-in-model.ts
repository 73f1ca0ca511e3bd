import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Asked = {
  question: string;
  sources: { ref: string; question: string; answer: string }[];
};
export type Sent = { path: string; authorization: string | undefined; body: string };
type Say = (asked: Asked, response: ServerResponse) => void;

/** An OpenAI-compatible endpoint that answers as it is told to, well or badly. */
export type StandInModel = {
  /** With `/v1`. */
  url: string;
  /** Every request, as it came over the wire. */
  sent: Sent[];
  behave(say: Say): void;
  /** Vectors: one number for each of these words that a text has. */
  words(list: string[]): void;
  close(): Promise<void>;
};

function completion(response: ServerResponse, message: object, more: object = {}): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 120, completion_tokens: 9, total_tokens: 129 },
      ...more,
    }),
  );
}

/** Says just this, whatever was asked. */
export const says =
  (content: string): Say =>
  (_, response) =>
    completion(response, { content });

/** Picks the source whose question has these words; refuses when none has. */
export const picks =
  (words: string, answer?: string): Say =>
  ({ sources }, response) => {
    const source = sources.find(({ question }) => question.includes(words))?.ref ?? null;
    completion(response, { content: JSON.stringify({ source, answer }) });
  };

export const refuses = says('{"source": null, "answer": ""}');

export const hangs: Say = () => undefined;

export const slowly =
  (ms: number, say: Say): Say =>
  (asked, response) => {
    setTimeout(() => say(asked, response), ms).unref();
  };

/** A byte now and then, for ever. */
export const drips: Say = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const drip = setInterval(() => response.write(' '), 50);
  drip.unref();
  response.on('close', () => clearInterval(drip));
};

/** As fast as it goes, for ever. */
export const floods: Say = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const part = 'x'.repeat(64 * 1_024);
  const pour = () => {
    while (!response.destroyed && response.write(part));
  };
  response.on('drain', pour);
  pour();
};

export const resets: Say = (_, response) => response.socket?.destroy();

export const resetsMidway: Say = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"choices":');
  setTimeout(() => response.socket?.destroy(), 20).unref();
};

export const answersStatus =
  (status: number, body = '{"error":{"message":"no"}}'): Say =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body);
  };

export const callsTool: Say = (_, response) =>
  completion(response, {
    content: null,
    tool_calls: [
      { id: 'x', type: 'function', function: { name: 'send_red_packet', arguments: '{}' } },
    ],
  });

/** Of a voice. */
export const hears =
  (text: string): Say =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ text }));
  };

/** Does as the customer's words say, as a model that was talked round does. */
export const obeysQuestion: Say = ({ question }, response) =>
  completion(response, { content: question });

export async function openStandInModel(): Promise<StandInModel> {
  let say: Say = refuses;
  let known: string[] = [];
  const sent: Sent[] = [];
  const answer = (request: IncomingMessage, body: string, response: ServerResponse): void => {
    const path = request.url ?? '';
    sent.push({ path, authorization: request.headers.authorization, body });
    if (path.endsWith('/audio/transcriptions')) {
      say({ question: '', sources: [] }, response);
      return;
    }
    const read = JSON.parse(body) as { input?: string[]; messages?: { content: string }[] };
    if (path.endsWith('/embeddings')) {
      const data = (read.input ?? []).map((text, index) => ({
        index,
        embedding: known.map((word) => (text.includes(word) ? 1 : 0)),
      }));
      response.end(JSON.stringify({ data, usage: { prompt_tokens: data.length } }));
      return;
    }
    say(JSON.parse(read.messages?.at(-1)?.content ?? '{}') as Asked, response);
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => answer(request, Buffer.concat(parts).toString('utf8'), response));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    sent,
    behave: (next) => (say = next),
    words: (list) => (known = list),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
