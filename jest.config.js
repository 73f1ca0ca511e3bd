/** One suite for everything: `npm test`. Servers for MariaDB and Redis are started by the global setup. */
const swc = [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, useDefineForClassFields: false },
      target: 'es2022',
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/migrations'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  transform: { '^.+\\.ts$': swc },
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  runtime: '<rootDir>/test/support/quick-runtime.js',
  testSequencer: '<rootDir>/test/support/longest-first.js',
  // One more than the smallest machine has cores: what waits for a browser or a clock leaves room beside it.
  maxWorkers: 3,
  testTimeout: 30_000,
};
