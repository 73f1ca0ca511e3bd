import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { whenSignedOut } from '../shared/api/client';
import { carryScope } from './scope';
import { forgetSession, knownSession } from './session/session';

/** Every area lists its own pages in `<area>/routes.ts`; nothing is registered twice. */
const areas = import.meta.glob<{ routes: RouteRecordRaw[] }>('./*/routes.ts', { eager: true });

export const router = createRouter({
  history: createWebHistory('/console/'),
  routes: [
    ...Object.values(areas).flatMap((area) => area.routes),
    { path: '/:path(.*)*', name: 'lost', component: () => import('./layout/LostPage.vue') },
  ],
});

router.beforeEach(async (to, from) => {
  if (to.meta.open === true) return true;
  const found = await knownSession().catch(() => null);
  if (!found) {
    return { name: 'sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } };
  }
  return carryScope(to, from);
});

/** After a new release the old chunks are gone: load the page afresh, once. */
router.onError((error: Error, to) => {
  if (/dynamically imported|module script|preload/i.test(error.message)) {
    window.location.assign(router.resolve(to.fullPath).href);
  }
});

whenSignedOut(() => {
  const here = router.currentRoute.value;
  if (here.meta.open === true || here.matched.length === 0) return;
  forgetSession();
  void router.replace({ name: 'sign-in', query: { next: here.fullPath } });
});
