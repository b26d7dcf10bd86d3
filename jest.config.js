const common = {
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': '@swc/jest' },
  testEnvironment: 'node',
  // The bundle's package.json has the name of ours.
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
      // Here, and not for all: only what needs a database starts one.
      globalSetup: '<rootDir>/test/support/global-setup.mjs',
      globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
    },
  ],
  reporters: ['default', '<rootDir>/test/support/route-coverage.mjs'],
  // Ends what hangs. No test is about speed, and the machine may be busy.
  testTimeout: 120_000,
  // A quarter of the time is waits, for MySQL and for programs that start.
  maxWorkers: 3,
};
