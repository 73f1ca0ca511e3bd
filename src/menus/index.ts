export { Menu, MenuFollower, MenuVersion } from './menu.entity';
export { keepPublishedMenu } from './keep-published';
export { registerMenuPublishing } from './menu-life';
export { menuOperations, type MenuParts } from './menu.operations';
export { reviewedMenus } from './reviewed-menus';
export type { RulesNaming } from './present-menus';
export { planMenuTags, registerMenus } from './settle-menus';
