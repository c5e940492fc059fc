import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['packages/*/{src,test}/**/*.test.ts', 'lab/src/**/*.test.ts', 'tools/**/*.test.ts'] } },
      {
        test: {
          name: 'lab',
          include: ['lab/suite/**/*.test.ts', 'packages/libvirt/suite/**/*.test.ts'],
          globalSetup: ['lab/suite/laboratory.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
