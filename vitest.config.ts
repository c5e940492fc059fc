import { defineConfig } from 'vitest/config'

/** Migrations on real hosts: one after the other, since they share two cores and one link. */
const laboratory = {
  globalSetup: ['lab/suite/laboratory/laboratory.ts'],
  fileParallelism: false,
  testTimeout: 120_000,
  hookTimeout: 120_000,
}

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
      // Beside a real Nova, in a laboratory of its own: npm run test:nova
      {
        test: {
          ...laboratory,
          globalSetup: ['lab/suite/nova/laboratory.ts'],
          name: 'nova',
          include: ['lab/suite/nova/*.test.ts'],
        },
      },
      // What only other releases of libvirt can do. Debian testing moves, so it is run by hand: npm run test:releases
      { test: { ...laboratory, name: 'releases', include: ['lab/suite/releases/*.test.ts'] } },
    ],
  },
})
