// nova.conf, as an operator has it, obeyed by the command.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setLink, virsh } from '@landfall/lab'
import { describe, expect, test } from 'vitest'
import { eventually } from './support/eventually.ts'
import { now, useGuest } from './support/guest.ts'
import { expectExit, landfall, reportOf, start } from './support/landfall.ts'
import { suiteLab } from './support/suite-lab.ts'

const guest = useGuest({ name: 'by-conf', memory: '64MiB', writeSet: '40MiB', writeRate: '80MiB', rewrite: 'pages' })
const lab = suiteLab().name
const state = suiteLab().stateDirectory

function conf(name: string, text: string): string[] {
  const path = join(state, name)
  writeFileSync(path, text)
  return ['--config-file', path]
}

describe('a guest that writes faster than the link', () => {
  test("is refused beforehand by Nova's defaults, under which Nova would copy it for half an hour and give up", async () => {
    // Nothing is sent over it: also a guest that a busy machine hardly lets write writes faster than that.
    await setLink(lab, '10Mbit')
    const { from, to } = await guest.route()
    const beganAt = now()
    const finished = await landfall(['migrate', guest.name, '--to', to, ...conf('nova.conf', '[libvirt]\n')])
    expectExit(finished, 3)
    expect(finished.stderr).toMatch(/live_migration_permit_post_copy = false \(default\): no post-copy/)
    expect(finished.stderr).toMatch(/live_migration_completion_timeout = 800 \(default\): done within 26 min 40 s/)
    await guest.livesOn(from, beganAt)
  })

  test('lands once an override file permits it, and the line that does is named', async () => {
    await setLink(lab, '100Mbit')
    const { from, to } = await guest.route()
    const beganAt = now()
    const files = [
      ...conf('nova.conf', '[libvirt]\nlive_migration_permit_post_copy = false\n'),
      ...conf(
        'nova_override.conf',
        '[libvirt]\nlive_migration_permit_post_copy = true\nlive_migration_bandwidth = 60\n',
      ),
    ]
    const move = start(['migrate', guest.name, '--to', to, '--json', ...files])
    // libvirt keeps a limit for each side of the switch.
    const speed = async (...which: string[]): Promise<string> =>
      (await virsh(lab, from, ['migrate-getspeed', guest.name, ...which])).trim()
    await eventually('post-copy is limited, too', async () => move.hasEnded || (await speed('--postcopy')) === '60')
    expect(await speed()).toBe('60')
    const finished = await move.ended
    expectExit(finished, 0)
    expect(finished.stderr).toMatch(/permit_post_copy = true \(\S+nova_override\.conf:2\): post-copy if needed/)
    expect(finished.stderr).toMatch(/nova\.conf:2: .* does not count/)
    expect(reportOf(finished)).toMatchObject({ outcome: 'completed', strategy: 'post-copy' })
    await guest.livesOn(to, beganAt)
  })

  test('a file that Nova itself would not start with is bad input, and nothing is started', async () => {
    const { from, to } = await guest.route()
    const finished = await landfall(['migrate', guest.name, '--to', to, ...conf('broken.conf', ' [libvirt]\n')])
    expectExit(finished, 2)
    expect(finished.stderr).toMatch(/broken\.conf:1: Unexpected continuation line/)
    await guest.livesOn(from, now())
  })
})
