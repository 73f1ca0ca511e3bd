import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/sign-in',
    name: 'sign-in',
    component: () => import('./SignInPage.vue'),
    meta: { open: true },
  },
  {
    path: '/first-owner',
    name: 'first-owner',
    component: () => import('./FirstOwnerPage.vue'),
    meta: { open: true },
  },
];
