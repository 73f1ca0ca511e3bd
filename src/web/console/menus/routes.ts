import type { RouteRecordRaw } from 'vue-router';

const meta = { crumbs: ['nav.replies', 'nav.menus'], pageKey: 'menus', permission: 'replies.read' };

export const routes: RouteRecordRaw[] = [
  { path: '/replies/menus', component: () => import('./MenusPage.vue'), meta },
];
