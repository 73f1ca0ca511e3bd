import { createApp } from 'vue';
import '../shared/base.css';
import 'element-plus/theme-chalk/base.css';
import '../shared/tokens.css';
import { locale, registerCatalogue, useLocale } from '../shared/i18n/i18n';
import { applyTheme } from '../shared/theme';
import App from './App.vue';
import { router } from './router';

registerCatalogue({
  'zh-CN': async () => (await import('./locales/zh-CN')).messages,
  en: async () => (await import('./locales/en')).messages,
});

async function start(): Promise<void> {
  applyTheme();
  await useLocale(locale.value);
  createApp(App).use(router).mount('#app');
}

void start();
