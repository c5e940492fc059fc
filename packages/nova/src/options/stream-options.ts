import { spanInWords } from '../rules/schedule.ts'
import type { NovaOption } from './nova-option.ts'
import { boolean, integer, libvirt, period, since } from './nova-option.ts'
import { newestRelease } from './release.ts'

/** How the memory is carried. */
export const streamOptions: readonly NovaOption[] = [
  {
    group: 'libvirt',
    name: 'live_migration_bandwidth',
    periods: since(12, integer(), '0'),
    mutable: null,
    meaning: 'MiB/s that the stream may use; 0 for no limit of its own',
    effect: ({ guestGiB }, value) =>
      typeof value === 'number' && value > 0
        ? `at ${value} MiB/s one pass over ${guestGiB} GiB takes ${spanInWords((guestGiB * 1024) / value)}; a guest that writes more never gets there`
        : 'no limit but that of the link',
    obeyed: {
      becomes: 'the most that the stream may use; the forecast reckons with it',
      means: ({ number }) => {
        const mebibytes = number(libvirt('bandwidth'))
        return mebibytes > 0 ? `at most ${mebibytes} MiB/s` : 'no limit'
      },
      intent: ({ number }) => {
        const bandwidthMiBps = number(libvirt('bandwidth'))
        return bandwidthMiBps > 0 ? { stream: { bandwidthMiBps } } : {}
      },
    },
  },
  {
    group: 'libvirt',
    name: 'live_migration_parallel_connections',
    periods: since(33, integer(), '1'),
    mutable: null,
    meaning: 'streams side by side; together with post-copy only with QEMU 10.1 and newer',
    effect: ({ flag }, value) => {
      if (typeof value !== 'number' || value <= 1) return 'one stream, which one CPU core fills'
      const beside = flag(libvirt('permit_post_copy'))
        ? '; with post-copy only from QEMU 10.1 on, else the guest ends up shut off'
        : ''
      return `${value} streams, each with a CPU core at the source${beside}`
    },
    obeyed: {
      becomes: 'that many streams (1: a plain one), without post-copy; nothing is compressed',
      means: ({ number }) => {
        const streams = number(libvirt('parallel_connections'))
        return streams > 1 ? `${streams} streams, without post-copy` : 'one stream'
      },
      intent: ({ number }) => ({
        stream: { parallelConnections: Math.max(1, number(libvirt('parallel_connections'))) },
      }),
    },
  },
  {
    group: 'libvirt',
    name: 'live_migration_tunnelled',
    periods: [period(13, 13, boolean, null), period(14, newestRelease, boolean, 'false')],
    mutable: null,
    deprecated: { since: 23, why: 'native TLS does it without a detour through libvirtd' },
    meaning: "through libvirtd's own connection; disks cannot be copied then",
    effect: (_setting, value) =>
      value === true
        ? 'the stream goes through both libvirtds; no disks can be copied'
        : 'the stream goes from QEMU to QEMU',
  },
  {
    group: 'libvirt',
    name: 'live_migration_with_native_tls',
    periods: since(19, boolean, 'false'),
    mutable: null,
    meaning: "QEMU's own TLS for memory and disks",
    effect: (_setting, value) =>
      value === true
        ? "memory and disks are encrypted by QEMU, which costs CPU time on both hosts; libvirt's own connection goes by its scheme"
        : 'memory crosses the network as it is',
    obeyed: {
      becomes: "QEMU's own TLS",
      means: ({ flag }) => (flag(libvirt('with_native_tls')) ? "QEMU's own TLS" : 'no TLS of its own'),
      intent: ({ flag }) => (flag(libvirt('with_native_tls')) ? { stream: { tls: true } } : {}),
    },
  },
]
