import type { RouteRecordRaw } from 'vue-router';

const meta = { crumbs: ['nav.wecom'] };

export const routes: RouteRecordRaw[] = [
  {
    path: '/wecom/ways',
    component: () => import('./WaysPage.vue'),
    meta: { ...meta, pageKey: 'ways', permission: 'people.read' },
  },
  {
    path: '/wecom/ways/:id',
    component: () => import('./WayPage.vue'),
    props: true,
    meta: { permission: 'people.read' },
  },
  {
    path: '/wecom/welcomes',
    component: () => import('./WelcomesPage.vue'),
    meta: { ...meta, pageKey: 'welcomes', permission: 'replies.read' },
  },
  {
    path: '/wecom/losses',
    component: () => import('./LossesPage.vue'),
    meta: { ...meta, pageKey: 'losses', permission: 'people.read' },
  },
];
