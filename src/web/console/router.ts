import {
  createRouter,
  createWebHistory,
  type RouteLocationNormalized,
  type RouteRecordRaw,
} from 'vue-router';
import { whenSignedOut } from '../shared/api/client';
import { carryScope } from './scope';
import { nextOf } from './session/next';
import { can, canForAll, forgetSession, knownSession, type Session } from './session/session';

/** Every area lists its own pages in `<area>/routes.ts`; nothing is registered twice. */
const areas = import.meta.glob<{ routes: RouteRecordRaw[] }>('./*/routes.ts', { eager: true });

export const router = createRouter({
  history: createWebHistory('/console/'),
  routes: [
    ...Object.values(areas).flatMap((area) => area.routes),
    { path: '/:path(.*)*', name: 'lost', component: () => import('./layout/LostPage.vue') },
    // The same addresses again: reached by name only.
    {
      path: '/:path(.*)*',
      name: 'unreachable',
      component: () => import('./layout/UnreachablePage.vue'),
      meta: { open: true },
    },
    { path: '/:path(.*)*', name: 'closed', component: () => import('./layout/ClosedPage.vue') },
  ],
});

router.beforeEach(async (to, from) => {
  if (to.name === 'sign-in') return (await isSignedIn()) ? nextOf(to.query['next']) : true;
  if (to.meta.open === true) return true;
  let found: Session | null;
  try {
    found = await knownSession();
  } catch {
    // Nobody was signed out: there is just no answer.
    return { name: 'unreachable', params: { path: to.path.split('/').slice(1) }, query: to.query };
  }
  if (!found) {
    return { name: 'sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } };
  }
  if (!isOpen(to)) return { name: 'closed', params: { path: to.path.split('/').slice(1) } };
  return carryScope(to, from);
});

/** Signed in by another tab, or by the way back: no second sign-in is asked for. */
const isSignedIn = async (): Promise<boolean> => (await knownSession().catch(() => null)) !== null;

/** Doors that are not this operator's are not drawn; who comes by an address is told so. */
function isOpen({ meta }: RouteLocationNormalized): boolean {
  const { permission, forAll } = meta;
  if (typeof permission !== 'string') return true;
  return forAll === true ? canForAll(permission) : can(permission);
}

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
