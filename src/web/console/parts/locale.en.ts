import type { messages as zh } from './locale.zh-CN';

export const messages: Record<keyof typeof zh, string> = {
  'accounts.none-title': 'Connect an Official Account first',
  'accounts.none-corp-title': 'Connect WeCom first',
  'accounts.connect-first': 'Connect one',
  'accounts.to-settings': 'Open settings',
  'accounts.ask-owner': 'An owner or admin connects it: Settings → Accounts.',
  'sheet.leave-title': 'Drop what you wrote?',
  'sheet.leave-text': 'It is not saved; once this is closed, it is gone.',
  'sheet.leave': 'Drop it',
  'sheet.stay': 'Go on writing',
};
