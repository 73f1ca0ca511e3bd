import { createApp, watchEffect } from 'vue';
import '../shared/base.css';
import '../shared/tokens.css';
import './sidebar.css';
import { locale, registerCatalogue, t, useLocale } from '../shared/i18n/i18n';
import { followDevice } from '../shared/theme';
import SidebarApp from './SidebarApp.vue';

registerCatalogue({
  'zh-CN': async () => (await import('../shared/locales/zh-CN')).messages,
  en: async () => (await import('../shared/locales/en')).messages,
});
registerCatalogue({
  'zh-CN': async () => (await import('./locale.zh-CN')).messages,
  en: async () => (await import('./locale.en')).messages,
});

async function start(): Promise<void> {
  followDevice();
  await useLocale(locale.value);
  watchEffect(() => (document.title = t('sb.document')));
  createApp(SidebarApp).mount('#app');
}

void start();
