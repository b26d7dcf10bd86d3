const common = {
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': '@swc/jest' },
  testEnvironment: 'node',
  // The bundle's package.json has the same name as ours.
  modulePathIgnorePatterns: ['<rootDir>/bundle/'],
};

export default {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts'],
    },
    {
      ...common,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/**/*.e2e.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/support/setup.ts'],
      // Only for tests that need a database.
      globalSetup: '<rootDir>/test/support/global-setup.mjs',
      globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
    },
  ],
  reporters: ['default', '<rootDir>/test/support/route-coverage.mjs'],
  // Ends hanging tests. No test checks speed, and the machine may be busy.
  testTimeout: 120_000,
  // A quarter of the time is spent waiting for MySQL and for programs to start.
  maxWorkers: 3,
};
