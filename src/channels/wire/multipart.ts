import { randomBytes } from 'node:crypto';

export interface MediaFile {
  readonly name: string;
  readonly contentType: string;
  readonly content: Buffer;
}

/** A form with the one field `media`, as every upload of the platform wants it. */
export function multipart(file: MediaFile): { content: Buffer; type: string } {
  const boundary = `guanxi-${randomBytes(12).toString('hex')}`;
  const name = file.name.replace(/["\r\n\\]/g, '_');
  const head =
    `--${boundary}\r\nContent-Disposition: form-data; name="media"; filename="${name}"; ` +
    `filelength=${file.content.length}\r\nContent-Type: ${file.contentType}\r\n\r\n`;
  const content = Buffer.concat([
    Buffer.from(head, 'utf8'),
    file.content,
    Buffer.from(`\r\n--${boundary}--\r\n`, 'utf8'),
  ]);
  return { content, type: `multipart/form-data; boundary=${boundary}` };
}
