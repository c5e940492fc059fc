import { describe, expect, test } from 'vitest'
import { defaultIntent } from '../../../intent.ts'
import { simulate } from '../../../simulator/simulate.ts'
import { factsAbout, labLink, quietWriter, uniformWriter } from '../../../testing/lab-guests.ts'

const link = { bytesPerSecond: labLink }
const held = { ...defaultIntent, postCopy: 'never', maxSlowdownPercent: 0, noGainLimitMs: 5000 } as const

describe('a limit for the time without a gain', () => {
  test('ends a migration whose passes leave the same, and says for how long', () => {
    const guest = uniformWriter(300, 300)
    // Before the start nothing was known of it: so it is not refused beforehand.
    const run = simulate(held, { guest, link, facts: { ...factsAbout(guest), dirtyWindows: [] } })
    expect(run.outcome).toBe('aborted')
    expect(run.acts.at(-1)?.act).toMatchObject({ kind: 'abort', reason: { code: 'no-progress' } })
    expect(run.acts.at(-1)?.act.why).toMatch(/no pass has left less than 2\d\d MiB for \d/)
  })

  test('leaves a healthy migration alone, however long it takes and however its bytes go up and down', () => {
    const slow = labLink / 2
    const run = simulate(held, {
      guest: quietWriter,
      link: { bytesPerSecond: slow },
      facts: factsAbout(quietWriter, slow),
    })
    expect(run.outcome).toBe('completed')
    expect(run.totalTimeMs).toBeGreaterThan(3 * held.noGainLimitMs)
    expect(run.acts.filter(({ act }) => act.kind === 'abort')).toEqual([])
  })
})
