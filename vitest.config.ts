import { defineConfig } from 'vitest/config'

/** Migrations on real hosts: one after the other, since they share two cores and one link. */
const laboratory = {
  globalSetup: ['lab/suite/laboratory/laboratory.ts'],
  fileParallelism: false,
  testTimeout: 120_000,
  hookTimeout: 120_000,
}

const onPostgres = 'packages/*/src/**/*.postgres.test.ts'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // Deadlines, not expectations: a machine may be busy.
          testTimeout: 60_000,
          include: [
            'packages/*/{src,test}/**/*.test.ts',
            'lab/src/**/*.test.ts',
            'tools/**/*.test.ts',
            'bench/src/**/*.test.ts',
          ],
          exclude: [onPostgres],
        },
      },
      // On a real PostgreSQL, which each file starts for itself.
      {
        test: {
          name: 'postgres',
          include: [onPostgres],
          globalSetup: ['lab/suite/postgres.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...laboratory,
          name: 'lab',
          include: [
            'lab/suite/{,laboratory/,faults/}*.test.ts',
            'packages/libvirt/suite/**/*.test.ts',
            'packages/nova/suite/*.test.ts',
          ],
        },
      },
      // What only other releases of libvirt can do. Debian testing moves, so it is run by hand: npm run test:releases
      { test: { ...laboratory, name: 'releases', include: ['lab/suite/releases/*.test.ts'] } },
    ],
  },
})
