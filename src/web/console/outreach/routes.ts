import type { RouteRecordRaw } from 'vue-router';

const editor = { crumbs: ['nav.reach'], pageKey: 'outreach-editor', permission: 'campaigns.edit' };

export const routes: RouteRecordRaw[] = [
  {
    path: '/outreach',
    component: () => import('./OutreachListPage.vue'),
    meta: { crumbs: ['nav.reach', 'nav.outreach'], permission: 'campaigns.read' },
  },
  {
    path: '/outreach/new',
    component: () => import('./OutreachEditor.vue'),
    props: { id: 'new' },
    meta: editor,
  },
  {
    path: '/outreach/:id/edit',
    component: () => import('./OutreachEditor.vue'),
    props: true,
    meta: editor,
  },
  {
    path: '/outreach/:id',
    component: () => import('./OutreachPage.vue'),
    props: true,
    meta: { crumbs: ['nav.reach'], permission: 'campaigns.read' },
  },
];
