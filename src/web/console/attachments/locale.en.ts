import type { messages as zh } from './locale.zh-CN';

export const messages: Record<keyof typeof zh, string> = {
  'attachments.image': 'Picture',
  'attachments.video': 'Video',
  'attachments.file': 'PDF file',
  'attachments.covered-link': 'Link',
  'attachments.link': 'Link card',
  'attachments.mini-program': 'Mini-program',
  'attachments.field-title': 'Title',
  'attachments.field-url': 'Address',
  'attachments.field-description': 'Description (optional)',
  'attachments.field-pictureUrl': 'Picture address (optional)',
  'attachments.field-appId': 'AppID of the mini-program',
  'attachments.field-page': 'Page it opens',
  'attachments.field-cover': 'Cover picture',
  'attachments.drop': 'Take this attachment away',
  'attachments.trouble': 'WeCom did not take this file ({code}): messages go out without it.',
};
