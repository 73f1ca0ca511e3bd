export type { DemoParts } from './demo-parts';
export { seedDemo, shouldSeedDemo } from './seed-demo';
export { demoSignIns, type DemoSignIn } from './sign-ins';
export { demoNames } from './words';
