import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/segments',
    component: () => import('./SegmentsPage.vue'),
    meta: { crumbs: ['nav.segments'], permission: 'segments.read' },
  },
  {
    path: '/segments/:id',
    component: () => import('./SegmentPage.vue'),
    props: true,
    meta: { permission: 'segments.read' },
  },
];
