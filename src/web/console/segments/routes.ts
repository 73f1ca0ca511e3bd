import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/segments',
    component: () => import('./SegmentsPage.vue'),
    meta: { crumbs: ['nav.segments'] },
  },
  { path: '/segments/:id', component: () => import('./SegmentPage.vue'), props: true },
];
