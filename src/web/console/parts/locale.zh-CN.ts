export const messages = {
  'accounts.none-title': '先接入一个公众号',
  'accounts.none-corp-title': '先接入企业微信',
  'accounts.connect-first': '去接入',
  'accounts.to-settings': '看看设置',
  'accounts.ask-owner': '接入要由管理员来做：设置 → 账号。',
} as const;
