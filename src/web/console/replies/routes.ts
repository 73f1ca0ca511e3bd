import type { RouteRecordRaw } from 'vue-router';

const rules = { crumbs: ['nav.replies'], pageKey: 'rules' };
const faqs = { crumbs: ['nav.replies'], pageKey: 'faqs' };

export const routes: RouteRecordRaw[] = [
  { path: '/replies', redirect: '/replies/rules' },
  {
    path: '/replies/rules/:id?',
    component: () => import('./RulesPage.vue'),
    props: true,
    meta: rules,
  },
  { path: '/replies/faqs/:id?', component: () => import('./FaqsPage.vue'), props: true, meta: faqs },
];
