export { Menu, MenuFollower, MenuVersion } from './menu.entity';
export { keepPublishedMenu } from './keep-published';
export { menuOperations, type MenuParts } from './menu.operations';
export type { RulesNaming } from './present-menus';
export { planMenuTags, registerMenus } from './settle-menus';
