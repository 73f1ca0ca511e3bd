import type { RouteRecordRaw } from 'vue-router';

const editor = { crumbs: ['nav.reach'], pageKey: 'campaign-editor', permission: 'campaigns.edit' };

export const routes: RouteRecordRaw[] = [
  {
    path: '/campaigns',
    component: () => import('./CampaignsPage.vue'),
    meta: { crumbs: ['nav.reach', 'nav.campaigns'], permission: 'campaigns.read' },
  },
  {
    path: '/campaigns/new',
    component: () => import('./CampaignEditor.vue'),
    props: { id: 'new' },
    meta: editor,
  },
  {
    path: '/campaigns/:id/edit',
    component: () => import('./CampaignEditor.vue'),
    props: true,
    meta: editor,
  },
  {
    path: '/campaigns/:id',
    component: () => import('./CampaignPage.vue'),
    props: true,
    meta: { crumbs: ['nav.reach'], permission: 'campaigns.read' },
  },
];
