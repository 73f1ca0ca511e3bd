import { request } from 'undici';
import { Problem } from '../../driver/problem';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;
const agent =
  'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger/8.0.49 NetType/WIFI Language/zh_CN';

/** Fetches a page of this machine as a phone would; the sandbox has no business anywhere else. */
export async function openLink(
  url: URL,
  allowHosts: readonly string[],
): Promise<Record<string, unknown>> {
  if (!loopback.test(url.hostname) && !allowHosts.includes(url.hostname))
    throw new Problem(403, 'foreign_host', 'the sandbox opens pages of this machine only');
  try {
    const answer = await request(url, { headers: { 'User-Agent': agent }, headersTimeout: 5_000 });
    const text = await answer.body.text();
    const { location } = answer.headers;
    return {
      status: answer.statusCode,
      location: typeof location === 'string' ? location : null,
      bytes: Buffer.byteLength(text),
    };
  } catch (error) {
    throw new Problem(502, 'unreachable', error instanceof Error ? error.message : 'failed');
  }
}
