import type { RouteRecordRaw } from 'vue-router';

const meta = { crumbs: ['nav.wecom'] };

export const routes: RouteRecordRaw[] = [
  {
    path: '/wecom/scripts',
    component: () => import('./ScriptsPage.vue'),
    meta: { ...meta, pageKey: 'scripts' },
  },
  {
    path: '/wecom/materials',
    component: () => import('./MaterialsPage.vue'),
    meta: { ...meta, pageKey: 'materials' },
  },
];
