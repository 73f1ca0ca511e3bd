import type { Router } from '@koa/router';
import type { World } from '../../world';
import { weComBookRoutes } from './book-routes';
import { corpRoutes } from './corp-routes';
import { weComPageRoutes } from './page-routes';
import { weComPeopleRoutes } from './people-routes';
import { staffRoutes } from './staff-routes';
import { tagRoutes } from './tag-routes';

/** The driver of the sandbox's WeCom: /sandbox/api/wecom/… */
export function weComRoutes(router: Router, world: World): void {
  corpRoutes(router, world);
  staffRoutes(router, world);
  tagRoutes(router, world);
  weComPeopleRoutes(router, world);
  weComPageRoutes(router, world);
  weComBookRoutes(router, world);
}
