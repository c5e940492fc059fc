import { describe, expect, it } from 'vitest'
import { Domain } from '../../src/index.ts'
import { remote } from '../../src/testing/fake-libvirtd.ts'
import { failure, guest, openSession } from '../session.ts'
import { subjectOf } from './subject.ts'
import type { Subject } from './subject.ts'

describe('arguments that can never be right are not sent', () => {
  const wrong: Readonly<Record<string, (subject: Subject) => Promise<unknown>>> = {
    'half a KiB of memory': ({ d }) => d.setMemoryFlags(512),
    'a CPU below 0': ({ d }) => d.pinVcpuFlags(0, [-1]),
    'a fractional quota': ({ d }) => d.setSchedulerParametersFlags({ vcpuQuotaUs: 0.5 }),
    'negative shares': ({ d }) => d.setSchedulerParametersFlags({ cpuShares: -1 }),
    'a negative size': ({ v }) => v.resize(-1),
  }
  it.each(Object.keys(wrong))('%s', async (name) => {
    const { daemon, connection } = await openSession()
    const error = await failure(Promise.resolve().then(() => wrong[name]?.(subjectOf(connection))))
    expect(error).toMatchObject({ code: 'LIBVIRT_BAD_ARGUMENT' })
    expect(daemon.calls).toEqual([])
  })
})

it('a disk without a job has none', async () => {
  const { daemon, connection } = await openSession()
  daemon.respond(remote.domainGetBlockJobInfo, () => ({ found: 0, type: 0, bandwidth: 0n, cur: 0n, end: 0n }))
  expect(await new Domain(connection, guest).getBlockJobInfo('vda')).toBeUndefined()
})

it('vCPU pinning asks for as many maps as there are vCPUs', async () => {
  const { daemon, connection } = await openSession()
  daemon.respond(remote.nodeGetCpuMap, () => ({ cpumap: new Uint8Array(), online: 9, ret: 9 }))
  daemon.respond(remote.domainGetVcpusFlags, () => ({ num: 2 }))
  daemon.respond(remote.domainGetVcpuPinInfo, () => ({ cpumaps: new Uint8Array([1, 0, 0, 1]), num: 2 }))
  expect(await new Domain(connection, guest).getVcpuPinInfo()).toEqual([[0], [8]])
  expect(daemon.callsOf(remote.domainGetVcpuPinInfo)).toEqual([{ dom: guest, ncpumaps: 2, maplen: 2, flags: 0 }])
})
