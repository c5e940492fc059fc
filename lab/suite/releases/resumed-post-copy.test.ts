// libvirt 12 in hosts of the next release: 11.3 dies when it is asked to resume a post-copy that broke (lab/README.md).
import { down, leftovers, openLab, up, waitForSweep } from '@landfall/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { breakPostCopy } from '../support/break-post-copy.ts'
import { now, useGuest } from '../support/guest.ts'
import { expectExit, reportOf, start } from '../support/landfall.ts'
import { suiteLab } from '../support/suite-lab.ts'

const lab = `${suiteLab().name}-forky`

beforeAll(async () => {
  await down(lab)
  await up({ name: lab, hosts: 2, link: '800Mbit', release: 'forky', progress: console.log })
}, 300_000)

afterAll(async () => {
  await down(lab)
  const left = leftovers(lab)
  if (left.length > 0) throw new Error(`the laboratory left something behind: ${JSON.stringify(left)}`)
})

const guest = useGuest(
  { name: 'resumed', guest: 'linux', memory: '512MiB', writeSet: '300MiB', writeRate: 'max', rewrite: 'pages' },
  lab,
)

/** The guest goes back and forth: LANDFALL_REPEATS=20 npm run test:releases. */
const repeats = Number(process.env['LANDFALL_REPEATS'] ?? 1)

test.each(Array.from({ length: repeats }, (_, index) => index + 1))(
  'post-copy over a link that broke is resumed, and not one page is lost (%i)',
  async () => {
    const beganAt = now()
    const { from, to } = await guest.route()
    const move = start(['migrate', guest.name, '--to', to, '--json'], { config: openLab(lab).hostsFile })
    await breakPostCopy({ guest: guest.name, from, to, lab })
    const finished = await move.ended
    expectExit(finished, 0)
    // Broken by the test, resumed by Landfall, without anyone's help.
    expect(finished.stderr).toMatch(/the post-copy stream broke .*resuming it/)
    const report = reportOf(finished)
    console.log(`recovered in ${report.totalTimeMs} ms; longest stall ${report.longestStallMs} ms`)
    expect(report).toMatchObject({ outcome: 'recovered', strategy: 'post-copy', source: from, destination: to })
    await guest.livesOn(to, beganAt)
    expect(await waitForSweep(lab, guest.name)).toMatchObject({ pagesWrong: 0, blocksWrong: 0 })
    await guest.livesOn(to, beganAt)
  },
)
