import type { RouteRecordRaw } from 'vue-router';
import { settings } from '../layout/nav';

const crumbs = ['nav.settings'];
const may = (permission: string) => ({ crumbs, permission });
const mayForAll = (permission: string) => ({ crumbs, permission, forAll: true });

export const routes: RouteRecordRaw[] = [
  { path: '/settings', redirect: () => settings.value?.to ?? '/' },
  {
    path: '/settings/accounts',
    component: () => import('./AccountsPage.vue'),
    meta: may('accounts.read'),
  },
  {
    path: '/settings/accounts/new',
    component: () => import('./ConnectPage.vue'),
    meta: mayForAll('accounts.edit'),
  },
  {
    path: '/settings/accounts/:id',
    component: () => import('./AccountPage.vue'),
    props: true,
    meta: may('accounts.read'),
  },
  {
    path: '/settings/operators',
    component: () => import('./OperatorsPage.vue'),
    meta: may('operators.read'),
  },
  {
    path: '/settings/audit',
    component: () => import('./AuditPage.vue'),
    meta: mayForAll('audit.read'),
  },
  {
    path: '/settings/dead-letters',
    component: () => import('./DeadLettersPage.vue'),
    meta: may('work.read'),
  },
];
