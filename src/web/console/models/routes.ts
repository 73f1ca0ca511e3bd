import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/settings/models',
    component: () => import('./ModelsPage.vue'),
    meta: { crumbs: ['nav.settings'], permission: 'accounts.edit' },
  },
];
