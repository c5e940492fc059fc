import type { Plan } from '@landfall/core'
import type { Domain } from '@landfall/libvirt'
import { z } from 'zod'

/** What a migration was launched with, as its QEMU tells it; of the downtime limit it does not tell who set it. */
export type ArmedLaunch = Omit<Plan['launch'], 'downtimeLimitMs'>

const capabilities = z.array(z.object({ capability: z.string(), state: z.boolean() }))
const parameters = z.object({
  'cpu-throttle-initial': z.number().optional(),
  'cpu-throttle-increment': z.number().optional(),
  'multifd-channels': z.number().optional(),
  'multifd-compression': z.string().optional(),
  'max-bandwidth': z.number().optional(),
  'tls-creds': z.string().optional(),
})

/** QEMU's own throttle (migration/options.c). */
const qemuThrottle = { initial: 20, increment: 10 }
/** What libvirt sets where nobody set a limit, and more. */
const unlimitedBytesPerSecond = 2 ** 50

/**
 * Reads what a running migration was launched with: capabilities cannot be changed any more, so that only what is armed can be
 * steered by. It takes monitor commands, which taint the guest in libvirt's log.
 *
 * @throws libvirt's errors, and where QEMU answers otherwise than all known releases do
 */
export async function readArmedLaunch(domain: Pick<Domain, 'qemuMonitorCommand'>): Promise<ArmedLaunch> {
  const [caps, params] = await Promise.all([
    domain.qemuMonitorCommand({ execute: 'query-migrate-capabilities' }),
    domain.qemuMonitorCommand({ execute: 'query-migrate-parameters' }),
  ])
  return armedLaunchOf(caps, params)
}

/** Pure. */
export function armedLaunchOf(caps: unknown, params: unknown): ArmedLaunch {
  const on = new Set(capabilities.parse(caps).flatMap(({ capability, state }) => (state ? [capability] : [])))
  const has = parameters.parse(params)
  const multifd = on.has('multifd')
  const bandwidth = has['max-bandwidth'] ?? 0
  return {
    postCopy: on.has('postcopy-ram'),
    autoConverge: on.has('auto-converge')
      ? {
          initialPercent: has['cpu-throttle-initial'] ?? qemuThrottle.initial,
          incrementPercent: has['cpu-throttle-increment'] ?? qemuThrottle.increment,
        }
      : null,
    parallelConnections: multifd ? (has['multifd-channels'] ?? null) : null,
    compression: on.has('xbzrle') ? 'xbzrle' : multifd && has['multifd-compression'] === 'zstd' ? 'zstd' : null,
    bandwidthMiBps: bandwidth > 0 && bandwidth < unlimitedBytesPerSecond ? Math.round(bandwidth / 2 ** 20) : null,
    tls: (has['tls-creds'] ?? '') !== '',
  }
}
