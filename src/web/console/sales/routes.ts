import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/wecom/scripts',
    component: () => import('./ScriptsPage.vue'),
    meta: { crumbs: ['nav.sales', 'nav.scripts'], pageKey: 'scripts' },
  },
  {
    path: '/wecom/materials',
    component: () => import('./MaterialsPage.vue'),
    meta: { crumbs: ['nav.sales', 'nav.materials'], pageKey: 'materials' },
  },
];
