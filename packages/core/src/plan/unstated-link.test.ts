import { expect, test } from 'vitest'
import { goodput } from '../facts.ts'
import { defaultIntent } from '../intent.ts'
import { factsAbout, uniformWriter } from '../testing/lab-guests.ts'
import { plan } from './plan.ts'

const gigabit = 1e9 / 8
const of = (speedMiB: number, link: ReturnType<typeof goodput>) =>
  plan(defaultIntent, { ...factsAbout(uniformWriter(600, speedMiB, 'kvm')), link })
const unstated = goodput(10 * gigabit, 'assumed')

test('a guest that only a fast link surely carries is not promised to end while nobody has stated the rate', () => {
  expect(of(200, goodput(10 * gigabit)).reason.code).toBe('ends-by-itself')
  const { verdict, reason } = of(200, unstated)
  expect({ verdict, code: reason.code }).toEqual({ verdict: 'go', code: 'decide-from-passes' })
  expect(reason.message).toContain("nobody stated the link's rate: 114 MiB/s to 2.22 GiB/s")
})

test('the time of a quiet guest is as likely as it is over a gigabit', () => {
  const [over, slow] = [of(5, unstated), of(5, goodput(gigabit))].map(({ forecasts }) => forecasts[0]?.totalTimeMs)
  expect(over?.low).toBeLessThan(slow?.likely ?? 0)
  expect(over?.high).toBeGreaterThan(slow?.likely ?? Infinity)
})

test.each([{ bandwidthMiBps: 50 }, { compression: 'zstd' }, { tls: true }] as const)(
  'the rates told of it are its own, whatever the stream carries of them: %o',
  (stream) => {
    const known = factsAbout(uniformWriter(600, 200, 'kvm'))
    const { reason } = plan({ ...defaultIntent, stream }, { ...known, link: unstated })
    expect(reason.message).toContain("nobody stated the link's rate: 114 MiB/s to 2.22 GiB/s")
  },
)
