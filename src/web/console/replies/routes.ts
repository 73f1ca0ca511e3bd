import type { RouteLocationNormalized, RouteRecordRaw } from 'vue-router';

const rules = { crumbs: ['nav.replies'], pageKey: 'rules', permission: 'replies.read' };
const faqs = { crumbs: ['nav.replies'], pageKey: 'faqs', permission: 'replies.read' };

/** An optional parameter that is absent arrives as an empty text. */
const props = ({ params }: RouteLocationNormalized) => ({
  id: params['id'] === '' ? undefined : params['id'],
});

export const routes: RouteRecordRaw[] = [
  { path: '/replies', redirect: '/replies/rules' },
  {
    path: '/replies/rules/:id?',
    component: () => import('./RulesPage.vue'),
    props,
    meta: rules,
  },
  { path: '/replies/faqs/:id?', component: () => import('./FaqsPage.vue'), props, meta: faqs },
];
