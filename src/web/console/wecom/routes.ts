import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/wecom/ways',
    component: () => import('./WaysPage.vue'),
    meta: { crumbs: ['nav.acquire', 'nav.ways'], pageKey: 'ways', permission: 'people.read' },
  },
  {
    path: '/wecom/ways/:id',
    component: () => import('./WayPage.vue'),
    props: true,
    meta: { permission: 'people.read' },
  },
  {
    path: '/wecom/room-codes',
    component: () => import('./RoomCodesPage.vue'),
    meta: {
      crumbs: ['nav.acquire', 'nav.room-codes'],
      pageKey: 'room-codes',
      permission: 'people.read',
    },
  },
  {
    path: '/wecom/room-codes/:id',
    component: () => import('./RoomCodePage.vue'),
    props: true,
    meta: { permission: 'people.read' },
  },
  {
    path: '/wecom/welcomes',
    component: () => import('./WelcomesPage.vue'),
    meta: {
      crumbs: ['nav.acquire', 'nav.welcomes'],
      pageKey: 'welcomes',
      permission: 'replies.read',
    },
  },
  {
    path: '/wecom/room-greetings',
    component: () => import('./RoomGreetingsPage.vue'),
    meta: {
      crumbs: ['nav.acquire', 'nav.room-greetings'],
      pageKey: 'room-greetings',
      permission: 'replies.read',
    },
  },
  {
    path: '/wecom/room-greetings/:id',
    component: () => import('./RoomGreetingPage.vue'),
    props: true,
    meta: { permission: 'replies.read' },
  },
  {
    path: '/wecom/reps',
    component: () => import('./RepsPage.vue'),
    meta: { crumbs: ['nav.sales', 'nav.reps'], pageKey: 'reps', permission: 'people.read' },
  },
  {
    path: '/wecom/reps/:id',
    component: () => import('./RepPage.vue'),
    props: true,
    meta: { permission: 'people.read' },
  },
  {
    path: '/wecom/losses',
    component: () => import('./LossesPage.vue'),
    meta: { crumbs: ['nav.sales', 'nav.losses'], pageKey: 'losses', permission: 'people.read' },
  },
  {
    path: '/wecom/rooms',
    component: () => import('./RoomsPage.vue'),
    meta: { crumbs: ['nav.sales', 'nav.rooms'] },
  },
  {
    path: '/wecom/handovers',
    component: () => import('./HandoversPage.vue'),
    meta: { crumbs: ['nav.sales', 'nav.handovers'] },
  },
  { path: '/wecom/handovers/new', component: () => import('./NewHandoverPage.vue') },
  { path: '/wecom/handovers/:id', component: () => import('./HandoverPage.vue'), props: true },
  { path: '/wecom/rooms/:id', component: () => import('./RoomPage.vue'), props: true },
];
