import type { Article, Reply } from '../inbound-event';
import { withoutIllegalCharacters } from '../wire/xml-tree';
import { limits } from './limits';

type Addresses = { readonly to: string; readonly from: string; readonly createTime: string };

/** The XML of one passive reply, or undefined when nothing is left that WeChat could show. */
export function writePassiveReply(reply: Reply, addresses: Addresses): string | undefined {
  const content = contentOf(reply);
  if (content === undefined) return undefined;
  const { to, from, createTime } = addresses;
  return (
    `<xml>${element('ToUserName', to)}${element('FromUserName', from)}` +
    `<CreateTime>${createTime}</CreateTime>${content}</xml>`
  );
}

function contentOf(reply: Reply): string | undefined {
  switch (reply.kind) {
    case 'text': {
      const text = cutToBytes(withoutIllegalCharacters(reply.text), limits.reply.textBytes);
      return text.trim() === '' ? undefined : typed('text', element('Content', text));
    }
    case 'image':
      return typed('image', `<Image>${element('MediaId', reply.mediaId)}</Image>`);
    case 'voice':
      return typed('voice', `<Voice>${element('MediaId', reply.mediaId)}</Voice>`);
    case 'video': {
      const { mediaId, title, description } = reply;
      const parts =
        element('MediaId', mediaId) + given('Title', title) + given('Description', description);
      return typed('video', `<Video>${parts}</Video>`);
    }
    case 'music': {
      const parts =
        given('Title', reply.title) +
        given('Description', reply.description) +
        given('MusicUrl', reply.url) +
        given('HQMusicUrl', reply.highQualityUrl) +
        element('ThumbMediaId', reply.thumbMediaId);
      return typed('music', `<Music>${parts}</Music>`);
    }
    case 'articles': {
      const shown = reply.articles.slice(0, limits.reply.articles);
      if (shown.length === 0) return undefined;
      const list = shown.map(writeArticle).join('');
      return typed(
        'news',
        `<ArticleCount>${shown.length}</ArticleCount><Articles>${list}</Articles>`,
      );
    }
    case 'transfer-to-agent': {
      const { agent } = reply;
      const to = agent === undefined ? '' : `<TransInfo>${element('KfAccount', agent)}</TransInfo>`;
      return typed('transfer_customer_service', to);
    }
  }
}

function writeArticle(article: Article): string {
  const { title, description, pictureUrl, url } = article;
  return (
    `<item>${element('Title', title)}${given('Description', description)}` +
    `${given('PicUrl', pictureUrl)}${element('Url', url)}</item>`
  );
}

const typed = (type: string, content: string) => element('MsgType', type) + content;
const given = (tag: string, text: string | undefined) =>
  text === undefined ? '' : element(tag, text);

/** One element whose text stands in CDATA; the only thing CDATA cannot hold is its own end. */
function element(tag: string, text: string): string {
  const legal = withoutIllegalCharacters(text);
  const split = legal.includes(']]>') ? legal.replaceAll(']]>', ']]]]><![CDATA[>') : legal;
  return `<${tag}><![CDATA[${split}]]></${tag}>`;
}

/** The longest beginning of `text` that fits into `most` bytes of UTF-8 without splitting a character. */
export function cutToBytes(text: string, most: number): string {
  if (text.length * 3 <= most || Buffer.byteLength(text) <= most) return text;
  const bytes = Buffer.from(text, 'utf8');
  let end = most;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
