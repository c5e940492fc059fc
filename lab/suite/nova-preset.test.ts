// Nova's own way (--preset nova), its files changed in mid-migration, and its limit of migrations at a time.
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setLink } from '@landfall/lab'
import { beforeAll, describe, expect, test } from 'vitest'
import { now, useGuest } from './support/guest.ts'
import { onHost } from './support/places.ts'
import { expectExit, landfall, reportOf, start } from './support/landfall.ts'
import { suiteLab } from './support/suite-lab.ts'

// Few pages: also a guest that a busy machine hardly lets write has written all of them within a pass over the slow link below.
const busy = useGuest({ name: 'scheduled', memory: '64MiB', writeSet: '12MiB', writeRate: '80MiB', rewrite: 'pages' })
const quiet = useGuest({ name: 'queued', memory: '64MiB', fill: false })
const path = join(suiteLab().stateDirectory, 'preset-nova.conf')
const asNova = ['--preset', 'nova', '--config-file', path]

beforeAll(() => setLink(suiteLab().name, '100Mbit'))

/** As configuration management writes it: the old file or the new one, never half. */
function configure(text: string): void {
  writeFileSync(`${path}.new`, `[libvirt]\n${text}\n`)
  renameSync(`${path}.new`, path)
}

const usualLimitMs = 300

describe("Nova's own way", () => {
  test('ends at its timeout, with what it did told step by step, and leaves the guest as it was', async () => {
    const { from, to } = await busy.route()
    const beganAt = now()
    configure('live_migration_completion_timeout = 3')
    const finished = await landfall(['migrate', busy.name, '--to', to, '--json', ...asNova])
    expectExit(finished, 4)
    expect(finished.stderr).toMatch(/will not finish, aborted after 6 s by its timeout/)
    const report = reportOf(finished)
    expect(report).toMatchObject({ outcome: 'aborted', strategy: 'schedule', reason: { code: 'timeout' } })
    const whys = report.decisions.map(({ why }) => why)
    expect(whys.at(-1)).toMatch(/^Nova's schedule: not completed after 6 s: aborted by its timeout/)
    // On a machine where libvirt's Prepare takes longer than the timeout there is nothing before it.
    for (const why of whys.slice(0, -1))
      expect(why).toMatch(/^Nova's schedule: step 0 of 10 at 0 ms: a pause of up to 50 ms/)
    expect(report.totalTimeMs).toBeGreaterThan(6000)
    expect(await onHost(from, busy.name, (domain) => domain.migrateGetMaxDowntime())).toBe(usualLimitMs)
    await busy.livesOn(from, beganAt)
  })

  test('a file that changes in mid-migration counts from the next pass on; the next guest waits for its turn', async () => {
    const { to } = await busy.route()
    const other = await quiet.route()
    // Both leave the same host.
    if (other.to !== to) expectExit(await landfall(['migrate', quiet.name, '--to', other.to, '--json']), 0)
    const beganAt = now()
    configure('live_migration_completion_timeout = 0')
    const moving = start(['migrate', busy.name, '--to', to, '--json', ...asNova])
    await moving.prints(/pass 2/)
    // So that it goes on for as long as the next one takes to be started, however little time the guest gets to write.
    await setLink(suiteLab().name, '12Mbit')
    const waiting = start(['migrate', quiet.name, '--to', to, '--json', ...asNova])
    await waiting.prints(/waiting: 1 of 1 migrations from host\d run \(scheduled\); max_concurrent_live_migrations = 1/)

    writeFileSync(path, '[libvirt\n')
    await moving.prints(/preset-nova\.conf changed and cannot be used: .*:1: .*what was wanted before still holds/)
    configure('live_migration_completion_timeout = 1\nlive_migration_timeout_action = force_complete')
    const finished = await moving.ended
    expectExit(finished, 0)
    const { decisions, outcome, downtimeMs } = reportOf(finished)
    expect(outcome).toBe('completed')
    expect(decisions.map(({ act }) => act)).toEqual(['set-downtime-limit', 'change-intent', 'suspend'])
    expect(decisions[1]?.why).toMatch(
      /preset-nova\.conf changed: timeout none → 2 s, timeout action abort → force-complete/,
    )
    expect(downtimeMs).toBeGreaterThan(500)
    await busy.livesOn(to, beganAt)

    expectExit(await waiting.ended, 0)
    await quiet.livesOn(to, beganAt)
  })
})
