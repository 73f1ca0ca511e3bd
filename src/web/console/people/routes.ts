import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/people',
    component: () => import('./PeoplePage.vue'),
    meta: { crumbs: ['nav.people'], permission: 'people.read' },
  },
  {
    path: '/people/:id',
    component: () => import('./PersonPage.vue'),
    props: true,
    meta: { permission: 'people.read' },
  },
];
