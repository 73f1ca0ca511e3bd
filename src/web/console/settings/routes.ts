import type { RouteRecordRaw } from 'vue-router';

const crumbs = ['nav.settings'];

export const routes: RouteRecordRaw[] = [
  { path: '/settings', redirect: '/settings/accounts' },
  { path: '/settings/accounts', component: () => import('./AccountsPage.vue'), meta: { crumbs } },
  {
    path: '/settings/accounts/new',
    component: () => import('./ConnectPage.vue'),
    meta: { crumbs },
  },
  {
    path: '/settings/accounts/:id',
    component: () => import('./AccountPage.vue'),
    props: true,
    meta: { crumbs },
  },
  { path: '/settings/operators', component: () => import('./OperatorsPage.vue'), meta: { crumbs } },
  { path: '/settings/audit', component: () => import('./AuditPage.vue'), meta: { crumbs } },
  {
    path: '/settings/dead-letters',
    component: () => import('./DeadLettersPage.vue'),
    meta: { crumbs },
  },
];
