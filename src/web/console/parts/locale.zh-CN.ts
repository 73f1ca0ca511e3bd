export const messages = {
  'accounts.none-title': '先接入一个公众号',
  'accounts.none-corp-title': '先接入企业微信',
  'accounts.connect-first': '去接入',
  'accounts.to-settings': '看看设置',
  'accounts.ask-owner': '接入要由管理员来做：设置 → 账号。',
  'sheet.leave-title': '不要刚才写的了？',
  'sheet.leave-text': '还没有保存，关掉就没有了。',
  'sheet.leave': '不要了',
  'sheet.stay': '接着写',
} as const;
