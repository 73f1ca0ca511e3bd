import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/',
    component: () => import('./OverviewPage.vue'),
    meta: { crumbs: ['nav.overview'], permission: 'overview.read' },
  },
];
