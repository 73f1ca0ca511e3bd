import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/replies/review',
    component: () => import('./ReviewPage.vue'),
    meta: { crumbs: ['nav.replies', 'nav.review'], permission: 'replies.read' },
  },
];
