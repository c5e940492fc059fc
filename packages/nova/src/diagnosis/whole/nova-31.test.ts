import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { HostLogReader } from '../../logs/host-log-reader.ts'
import type { Act, MigrationFinding } from '../finding.ts'
import { diagnose } from '../diagnose.ts'

/** What happened in each was made to happen: testing/captures/nova-31/README.md. */
const recordings: readonly Recorded[] = [
  { name: 'paused-by-limit', outcome: 'completed', guestOn: null },
  {
    name: 'post-copy',
    outcome: 'completed',
    guestOn: null,
    acts: [{ what: 'post-copy', by: 'operator' }],
  },
  { name: 'compute-frozen', outcome: 'failed', cause: 'hypervisor-error', which: 'libvirt-gone', guestOn: 'host1' },
  { name: 'orphan', outcome: 'failed', cause: 'source-service-restarted', guestOn: 'host2', orphanOn: 'host2' },
  {
    name: 'destination-killed',
    outcome: 'failed',
    cause: 'hypervisor-error',
    which: 'monitor-closed',
    guestOn: 'host1',
  },
  { name: 'libvirtd-restarted', outcome: 'failed', cause: 'hypervisor-error', which: 'libvirt-gone', guestOn: 'host1' },
]

interface Recorded {
  readonly name: string
  readonly outcome: MigrationFinding['outcome']
  readonly cause?: string
  readonly which?: string
  /** Null where nothing has to be said of it: it moved. */
  readonly guestOn: string | null
  readonly orphanOn?: string
  readonly acts?: readonly Partial<Act>[]
}

function logOf(name: string, host: string): string {
  const file = new URL(`../../testing/captures/nova-31/${name}-${host}.log.gz`, import.meta.url)
  return gunzipSync(readFileSync(file)).toString('utf8')
}

const withoutDebug = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.includes(' DEBUG '))
    .join('\n')

function found(name: string, ofLevel: (text: string) => string): readonly MigrationFinding[] {
  return diagnose(
    ['host1', 'host2'].map((host) => {
      const reader = new HostLogReader(host)
      reader.text(ofLevel(logOf(name, host)), 'nova-compute.log')
      return reader.end()
    }),
  )
}

describe.each([
  ['at DEBUG', (text: string): string => text],
  ['at INFO', withoutDebug],
])('what a real Nova 31 logged of a migration, %s', (_level, ofLevel) => {
  test.each(recordings)('$name: what happened is told, and nothing else', (recorded) => {
    const [finding, ...others] = found(recorded.name, ofLevel)
    expect(others).toEqual([])
    expect(finding).toMatchObject({ kind: 'live', from: 'host1', to: 'host2', outcome: recorded.outcome })
    const { cause, which, guestOn, orphanOn, acts = [] } = recorded
    expect(finding?.causes.map((each) => [each.code, each.which])).toEqual(cause === undefined ? [] : [[cause, which]])
    expect(finding?.guest?.host ?? null).toBe(guestOn)
    expect(finding?.orphan?.host).toBe(orphanOn)
    expect(finding?.acts).toMatchObject(acts)
  })
})

test('the release that the logs were written by is not excluded by what they say', () => {
  const newest = recordings.map(({ name }) => found(name, (text) => text)[0]?.releases?.newest ?? 31)
  expect(Math.min(...newest)).toBeGreaterThanOrEqual(31)
})
