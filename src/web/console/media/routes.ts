import type { RouteRecordRaw } from 'vue-router';

const meta = { crumbs: ['nav.replies', 'nav.media'], pageKey: 'media', permission: 'replies.read' };

export const routes: RouteRecordRaw[] = [
  { path: '/replies/media', component: () => import('./MediaPage.vue'), meta },
];
