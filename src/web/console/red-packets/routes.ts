import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/red-packets',
    component: () => import('./PromotionsPage.vue'),
    meta: { crumbs: ['nav.reach', 'nav.red-packets'], permission: 'promotions.read' },
  },
  {
    path: '/red-packets/new',
    component: () => import('./PromotionEditor.vue'),
    props: { id: 'new' },
    meta: { crumbs: ['nav.reach'], permission: 'promotions.edit' },
  },
  {
    path: '/red-packets/:id/edit',
    component: () => import('./PromotionEditor.vue'),
    props: true,
    meta: { crumbs: ['nav.reach'], permission: 'promotions.edit' },
  },
  {
    path: '/red-packets/:id',
    component: () => import('./PromotionPage.vue'),
    props: true,
    meta: { crumbs: ['nav.reach'], permission: 'promotions.read' },
  },
];
