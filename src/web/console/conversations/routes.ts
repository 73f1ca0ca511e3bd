import type { RouteRecordRaw } from 'vue-router';

const meta = { crumbs: ['nav.conversations'], permission: 'conversations.read' };
const inbox = { ...meta, crumbs: [], pageKey: 'conversations' };
const page = () => import('./ConversationsPage.vue');

export const routes: RouteRecordRaw[] = [
  { path: '/conversations', component: page, meta: inbox },
  {
    path: '/conversations/canned-replies',
    component: () => import('./CannedRepliesPage.vue'),
    meta: { ...meta, crumbs: [] },
  },
  {
    path: '/conversations/settings',
    component: () => import('./InboxSettingsPage.vue'),
    meta: { ...meta, crumbs: [] },
  },
  { path: '/conversations/:id', component: page, props: true, meta: inbox },
];
