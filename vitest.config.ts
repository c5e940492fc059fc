import { defineConfig } from 'vitest/config'
import { LongestFirst } from './lab/suite/support/longest-first.ts'

/** Migrations on real hosts: one after the other, since they share two cores and one link. */
const laboratory = {
  globalSetup: ['lab/suite/laboratory/laboratory.ts'],
  fileParallelism: false,
  testTimeout: 300_000,
  hookTimeout: 300_000,
}

const onPostgres = 'packages/*/src/**/*.postgres.test.ts'

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          // Deadlines, not expectations: a machine may be busy.
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // Half of the time went into importing the same modules for each file again.
          isolate: false,
          globalSetup: ['tools/scratch-folder.ts'],
          include: [
            'packages/*/{src,test}/**/*.test.ts',
            'lab/src/**/*.test.ts',
            'tools/*.test.ts',
            'tools/{packing,manual}/*.test.ts',
            'bench/**/*.test.ts',
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
          // Its guests mostly wait for a link: as many files at a time as the machines of the tests have cores, each in a laboratory
          // of its own. With more, guests get no processor and look as if they rested.
          fileParallelism: true,
          maxWorkers: 2,
          include: [
            'lab/suite/{,drains/,laboratory/,faults/,service/}*.test.ts',
            'packages/libvirt/suite/**/*.test.ts',
            'packages/nova/suite/*.test.ts',
          ],
        },
      },
      // The web console in Debian's Chromium: npm run test:console. Before a fleet that is written down, and on real hosts.
      {
        test: {
          name: 'console',
          globalSetup: ['packages/console/suite/set-up.ts'],
          include: ['packages/console/suite/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          ...laboratory,
          name: 'console-lab',
          globalSetup: ['packages/console/suite/set-up.ts', ...laboratory.globalSetup],
          include: ['packages/console/suite/lab/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 180_000,
        },
      },
      // The alert rules by promtool, and a real Prometheus: npm run test:monitoring
      {
        test: {
          name: 'monitoring',
          globalSetup: ['lab/suite/service/monitoring/install-prometheus.ts'],
          include: ['lab/suite/service/monitoring/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
      // Installs what is published, as others would: npm run test:packages
      {
        test: {
          name: 'packages',
          globalSetup: ['tools/packing/suite/set-up.ts'],
          include: ['tools/packing/suite/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      // Installs the Debian package into fresh roots: npm run test:debian
      {
        test: {
          name: 'debian',
          globalSetup: ['tools/packing/debian/set-up.ts'],
          include: ['tools/packing/debian/*.test.ts'],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      // docs/operate.md as it is written, with the Debian package and two hosts: npm run test:operate
      {
        test: {
          ...laboratory,
          name: 'operate',
          globalSetup: ['tools/packing/debian/set-up.ts', 'tools/packing/operate/set-up.ts'],
          include: ['tools/packing/operate/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
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
