import { MigrateFlag } from '@landfall/libvirt'
import { describe, expect, test } from 'vitest'
import type { Look, Rule, RuleAct } from './rules.ts'
import { kubevirtStall, launchOf, nova, ovirtPostCopy, ovirtSuspendWorkload, proxmox } from './rules.ts'

/** Runs a rule over looks; every act with the second at which it was taken. */
function run<State>(rule: Rule<State>, looks: readonly Look[]): string[] {
  let { start: state } = rule
  const acts: string[] = []
  for (const look of looks) {
    const next = rule.step(state, look)
    state = next.state
    for (const act of next.acts) acts.push(`${look.elapsedMs / 1000}: ${told(act)}`)
  }
  return acts
}

const told = (act: RuleAct): string => (act.kind === 'set-downtime-limit' ? `${act.downtimeMs} ms` : act.kind)

/** A plateau: a pass every `passS` seconds, looked at every `lookMs`. */
const plateau = (seconds: number, lookMs: number, passS: number): Look[] =>
  Array.from({ length: Math.floor((seconds * 1000) / lookMs) }, (_, index) => {
    const elapsedMs = (index + 1) * lookMs
    const within = (elapsedMs / 1000) % passS
    return { elapsedMs, pass: 1 + Math.floor(elapsedMs / 1000 / passS), remainingBytes: 100 * (1 - within / passS) + 1 }
  })

describe('the rules of other managers', () => {
  test('Proxmox doubles the limit after six looks at which more was left than before', () => {
    expect(run(proxmox, plateau(40, 1000, 3))).toEqual(['18: 200 ms', '36: 400 ms'])
    expect(run(proxmox, plateau(40, 1000, 100))).toEqual([])
  })

  test('oVirt goes one step each time it sees a new iteration, whether or not anything is gained', () => {
    expect(run(ovirtSuspendWorkload, plateau(80, 10_000, 3))).toEqual([
      '10: 150 ms',
      '20: 200 ms',
      '30: 300 ms',
      '40: 400 ms',
      '50: 500 ms',
      '60: 5000 ms',
      '70: abort',
    ])
    expect(run(ovirtPostCopy, plateau(40, 10_000, 3)).slice(0, 3)).toEqual([
      '10: 150 ms',
      '20: 200 ms',
      '30: start-post-copy',
    ])
  })

  test('Proxmox and oVirt’s policy compress with xbzrle: a cache of a tenth of the memory rounded up, and QEMU’s own', () => {
    const MiB = 2 ** 20
    const cache = (memoryMiB: number) => launchOf(proxmox, memoryMiB * MiB).params.compressionXbzrleCacheBytes
    expect([288, 320, 1024].map(cache)).toEqual([32 * MiB, 32 * MiB, 128 * MiB])
    const { flags, params } = launchOf(ovirtSuspendWorkload, 288 * MiB)
    expect(flags).toBe(MigrateFlag.AUTO_CONVERGE | MigrateFlag.COMPRESSED)
    expect(params).toEqual({ compression: ['xbzrle'] })
    expect(launchOf(ovirtPostCopy, 288 * MiB)).toEqual({
      flags: MigrateFlag.AUTO_CONVERGE | MigrateFlag.POSTCOPY,
      params: {},
    })
  })

  test("Nova's schedule for 2 GiB: 50 ms at once, 95 ms after 150 s; then its timeout's action, once", () => {
    const settings = { flags: [], timeoutAction: 'abort', dataGiB: 2, completionTimeoutS: 800 } as const
    expect(run(nova(settings), plateau(400, 500, 3))).toEqual(['0.5: 50 ms', '150.5: 95 ms', '300.5: 140 ms'])
    const impatient = { ...settings, completionTimeoutS: 10, timeoutAction: 'force_complete' } as const
    expect(run(nova(impatient), plateau(60, 500, 3))).toEqual(['0.5: 50 ms', '20.5: suspend'])
  })

  test('KubeVirt acts at a boundary once 40 s gained nothing, not while the copy shrinks', () => {
    const acts = run(kubevirtStall, plateau(80, 400, 3))
    expect(acts).toHaveLength(1)
    expect(acts[0]).toMatch(/^4\d(\.\d)?: start-post-copy$/)
    const shrinking = plateau(80, 400, 3).map((look) => ({ ...look, remainingBytes: look.remainingBytes / look.pass }))
    expect(run(kubevirtStall, shrinking)).toEqual([])
  })
})
