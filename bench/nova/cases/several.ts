import { setTimeout as delay } from 'node:timers/promises'
import { monotonicNowMs } from '@landfall/lab'
import { hasEnded } from '@landfall/openstack'
import type { OpenStack } from '@landfall/openstack'
import type { Case, Shown } from '../case.ts'
import { small, slow } from '../case.ts'
import { landfall, reportOf } from '../command.ts'
import type { Instance } from '../instance.ts'
import { instance, outcome } from '../instance.ts'

const guests = 6
/** Of one source, whatever Nova would take. */
const mostUnderWay = 3

interface Most {
  readonly asked: number
  readonly underWay: number
}

/** Each asked for by a command of its own, all at once. */
async function together(first: Instance, hostsFile: string): Promise<Shown> {
  const { lab, cloud, from } = first
  const each = [first]
  for (let number = 2; number <= guests; number++)
    each.push(await instance(lab, { ...small(`small${number}`), on: from }))
  const since = monotonicNowMs()
  const moves = each.map((of) => ({ of, running: landfall(hostsFile, ['migrate', of.id, '--to', first.to, '--json']) }))
  const over = new AbortController()
  const looking = looked(cloud, from, over.signal)
  const exitCodes = await Promise.all(moves.map(({ running }) => running.ended))
  over.abort()
  const most = await looking
  const after = []
  for (const { of } of moves) after.push(await outcome(of, since))
  const right = after.filter((one, at) => exitCodes[at] === 0 && one.right && one.novaHost === first.to).length
  return {
    asExpected: right === guests && most.asked <= mostUnderWay,
    words: `${right} of ${guests} right in Nova, libvirt and the guest, in ${((monotonicNowMs() - since) / 1000).toFixed(0)} s; at most ${most.asked} asked for at a time, ${most.underWay} of them past Nova’s queue`,
    figures: {
      exitCodes,
      most,
      after,
      reports: moves.map(({ running }) => reportOf(running.printed())),
      told: moves.map(({ running }) => running.told()),
    },
  }
}

/** By Nova's records of live migrations from there: most that had not ended, and most of them that were past its queue. */
async function looked({ compute }: OpenStack, from: string, over: AbortSignal): Promise<Most> {
  const most = { asked: 0, underWay: 0 }
  while (!over.aborted) {
    const records = await compute.migrations.list({ sourceHost: from, type: 'live-migration' }).catch(() => [])
    const left = records.filter((record) => !hasEnded(record))
    const begun = left.filter(({ status }) => status !== 'accepted' && status !== 'queued')
    most.asked = Math.max(most.asked, left.length)
    most.underWay = Math.max(most.underWay, begun.length)
    await delay(500)
  }
  return most
}

const caseOf = (concurrent: number): Case => ({
  what: `${guests} by landfall migrate at once, max_concurrent_live_migrations = ${concurrent}`,
  guest: small('small1'),
  options: { DEFAULT: { max_concurrent_live_migrations: concurrent } },
  link: slow,
  run: together,
})

export const several: Readonly<Record<string, Case>> = {
  'several-1': caseOf(1),
  'several-3': caseOf(3),
  'several-6': caseOf(6),
}
