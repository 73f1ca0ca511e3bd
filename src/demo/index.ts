export { seedDemo, shouldSeedDemo, type DemoParts } from './seed-demo';
export { demoSignIns, type DemoSignIn } from './sign-ins';
export { demoNames } from './words';
