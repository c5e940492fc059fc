import { describe, expect, it } from 'vitest'
import { AbortJobFlag, MigrateFlag } from '../src/index.ts'
import type { Domain } from '../src/index.ts'
import { qemu, remote } from '../src/testing/fake-libvirtd.ts'
import { failure, guest, openSession } from './session.ts'
import type { Session } from './session.ts'

const openDomain = async (): Promise<Session & { domain: Domain }> => {
  const session = await openSession()
  session.daemon.respond(remote.domainLookupByName, () => ({ dom: guest }))
  const domain = await session.connection.domainLookupByName('guest1')
  return { ...session, domain }
}

describe('a domain', () => {
  it('tells state, info and flags in words and units', async () => {
    const { daemon, domain } = await openDomain()
    daemon.respond(remote.domainGetState, () => ({ state: 3, reason: 12 }))
    daemon.respond(remote.domainGetInfo, () => ({
      state: 1,
      maxMem: 1_048_576n,
      memory: 524_288n,
      nrVirtCpu: 2,
      cpuTime: 2n ** 60n,
    }))
    daemon.respond(remote.domainIsPersistent, () => ({ persistent: 1 }))
    daemon.respond(remote.domainIsActive, () => ({ active: 0 }))
    expect(await domain.getState()).toMatchObject({ state: 'paused', reason: 'postcopy' })
    expect(await domain.getInfo()).toEqual({
      state: 'running',
      maxMemoryBytes: 2 ** 30,
      memoryBytes: 2 ** 29,
      vcpus: 2,
      cpuTimeNs: 2n ** 60n,
    })
    expect(await domain.isPersistent()).toBe(true)
    expect(await domain.isActive()).toBe(false)
    expect(daemon.callsOf(remote.domainGetState)).toEqual([{ dom: guest, flags: 0 }])
  })

  it('migrates with one call that has no time limit', async () => {
    const { daemon, domain, clock } = await openDomain()
    const pendingBefore = clock.pendingTimers
    daemon.respond(remote.domainMigratePerform3Params, () => {
      expect(clock.pendingTimers).toBe(pendingBefore)
      return { cookieOut: new Uint8Array() }
    })
    const flags = MigrateFlag.PEER2PEER | MigrateFlag.LIVE | MigrateFlag.POSTCOPY
    await domain.migrateToURI3('qemu+tcp://host2/system', { bandwidthMiBps: 90 }, flags)
    expect(daemon.callsOf(remote.domainMigratePerform3Params)).toEqual([
      {
        dom: guest,
        dconnuri: 'qemu+tcp://host2/system',
        params: [{ field: 'bandwidth', type: 'ullong', value: 90n }],
        cookieIn: new Uint8Array(),
        flags: 32_771,
      },
    ])
  })

  it('sends nothing of a migration that is refused', async () => {
    const { daemon, domain } = await openDomain()
    const error = await failure(domain.migrateToURI3('qemu+tcp://localhost/system', {}, MigrateFlag.PEER2PEER))
    expect(error).toMatchObject({ code: 'LIBVIRT_BAD_ARGUMENT' })
    expect(daemon.callsOf(remote.domainMigratePerform3Params)).toEqual([])
  })

  it('tells which daemon a flag or parameter of a migration needs', async () => {
    const { daemon, connection } = await openSession({}, { libVersion: 8_004_000 })
    daemon.respond(remote.domainLookupByName, () => ({ dom: guest }))
    const domain = await connection.domainLookupByName('guest1')
    const flags = MigrateFlag.PEER2PEER | MigrateFlag.LIVE | MigrateFlag.POSTCOPY
    const resumed = domain.migrateToURI3('qemu+tcp://host2/system', {}, flags | MigrateFlag.POSTCOPY_RESUME)
    expect(await failure(resumed)).toMatchObject({
      code: 'LIBVIRT_UNSUPPORTED',
      message: 'the migration flag POSTCOPY_RESUME needs libvirt 8.5.0; qemu:///system has 8.4.0',
    })
    const params = { bandwidthAvailSwitchoverMiBps: 90 }
    expect(await failure(domain.migrateToURI3('qemu+tcp://host2/system', params, flags))).toMatchObject({
      code: 'LIBVIRT_UNSUPPORTED',
      message: expect.stringContaining('bandwidthAvailSwitchoverMiBps needs libvirt 11.1.0'),
    })
  })

  it('aborts a job with the older call unless flags are given', async () => {
    const { daemon, domain } = await openDomain()
    daemon.respond(remote.domainAbortJob, () => undefined)
    daemon.respond(remote.domainAbortJobFlags, () => undefined)
    await domain.abortJob()
    await domain.abortJob(AbortJobFlag.POSTCOPY)
    expect(daemon.callsOf(remote.domainAbortJob)).toEqual([{ dom: guest }])
    expect(daemon.callsOf(remote.domainAbortJobFlags)).toEqual([{ dom: guest, flags: 1 }])
  })

  it('never sends a dirty-rate mode that its accelerator cannot take', async () => {
    const { daemon, domain } = await openDomain()
    daemon.respond(remote.domainGetXmlDesc, () => ({ xml: "<domain type='qemu'><name>guest1</name></domain>" }))
    daemon.respond(remote.domainStartDirtyRateCalc, () => undefined)
    daemon.respond(qemu.domainMonitorCommand, () => ({ result: '{"return":{}}' }))
    const hazard = { code: 'LIBVIRT_HAZARD' }
    expect(await failure(domain.startDirtyRateCalc(1, { mode: 'dirty-bitmap' }))).toMatchObject(hazard)
    expect(await failure(domain.startDirtyRateCalc(1, { mode: 'dirty-ring' }))).toMatchObject(hazard)
    const command = { execute: 'calc-dirty-rate', arguments: { 'calc-time': 1, mode: 'dirty-bitmap' } }
    expect(await failure(domain.qemuMonitorCommand(command))).toMatchObject(hazard)
    expect(await failure(domain.qemuMonitorCommand(JSON.stringify(command)))).toMatchObject(hazard)
    expect(daemon.callsOf(qemu.domainMonitorCommand)).toEqual([])
    await domain.startDirtyRateCalc(1)
    expect(daemon.callsOf(remote.domainStartDirtyRateCalc)).toEqual([{ dom: guest, seconds: 1, flags: 0 }])
  })

  it('speaks to QEMU’s monitor in objects and in text', async () => {
    const { daemon, domain } = await openDomain()
    daemon.respond(qemu.domainMonitorCommand, ({ cmd }) => ({
      result: cmd.includes('query-kvm')
        ? '{"return":{"enabled":false,"present":true},"id":"libvirt-1"}'
        : '{"id":"libvirt-2","error":{"class":"CommandNotFound","desc":"no such command"}}',
    }))
    expect(await domain.qemuMonitorCommand({ execute: 'query-kvm' })).toEqual({ enabled: false, present: true })
    expect(await domain.qemuMonitorCommand('{"execute":"x"}')).toContain('CommandNotFound')
    expect(await failure(domain.qemuMonitorCommand({ execute: 'x' }))).toMatchObject({
      code: 'LIBVIRT_QMP_ERROR',
      message: 'x: no such command (CommandNotFound)',
    })
  })

  it('asks for as many scheduler parameters as there are', async () => {
    const { daemon, domain } = await openDomain()
    daemon.respond(remote.domainGetSchedulerType, () => ({ type: 'posix', nparams: 2 }))
    daemon.respond(remote.domainGetSchedulerParametersFlags, () => ({
      params: [{ field: 'vcpu_quota', type: 'llong' as const, value: -1n }],
    }))
    expect(await domain.getSchedulerParameters()).toEqual({ vcpu_quota: -1n })
    expect(daemon.callsOf(remote.domainGetSchedulerParametersFlags)).toEqual([{ dom: guest, nparams: 2, flags: 4 }])
  })

  it('refuses a downtime that is no whole number of milliseconds', async () => {
    const { domain } = await openDomain()
    expect(await failure(domain.migrateSetMaxDowntime(1.5))).toMatchObject({ code: 'LIBVIRT_BAD_ARGUMENT' })
    expect(await failure(domain.migrateSetMaxSpeed(-1))).toMatchObject({ code: 'LIBVIRT_BAD_ARGUMENT' })
  })
})

describe('a host', () => {
  it('tells its facts in bytes', async () => {
    const { daemon, connection } = await openSession()
    daemon.respond(remote.nodeGetInfo, () => ({
      model: Buffer.concat([Buffer.from('x86_64'), Buffer.alloc(26)]),
      memory: 1024n,
      cpus: 2,
      mhz: 2596,
      nodes: 1,
      sockets: 1,
      cores: 2,
      threads: 1,
    }))
    daemon.respond(remote.nodeGetMemoryStats, ({ nparams }) => ({
      params: nparams === 0 ? [] : [{ field: 'free', value: 8n }],
      nparams: 1,
    }))
    expect(await connection.nodeGetInfo()).toMatchObject({ model: 'x86_64', memoryBytes: 1_048_576, cpus: 2 })
    expect(await connection.nodeGetMemoryStats()).toEqual({ freeBytes: 8192 })
    expect(await connection.nodeGetMemoryStats()).toEqual({ freeBytes: 8192 })
    // How many there are is asked once.
    expect(daemon.callsOf(remote.nodeGetMemoryStats).map(({ nparams }) => nparams)).toEqual([0, 1, 1])
  })

  it('compares CPUs in words', async () => {
    const { daemon, connection } = await openSession()
    const results: number[] = [0, 1, 2]
    daemon.respond(remote.connectCompareHypervisorCpu, () => ({ result: results.shift() ?? -1 }))
    const answers = [
      await connection.compareHypervisorCPU('<cpu/>', { machine: 'pc' }),
      await connection.compareHypervisorCPU('<cpu/>'),
      await connection.compareHypervisorCPU('<cpu/>'),
    ]
    expect(answers).toEqual(['incompatible', 'identical', 'superset'])
    expect(daemon.callsOf(remote.connectCompareHypervisorCpu)[0]).toMatchObject({ machine: 'pc', xmlCPU: '<cpu/>' })
  })

  it('gives statistics by domain', async () => {
    const { daemon, connection } = await openSession()
    daemon.respond(remote.connectGetAllDomainStats, () => ({
      retStats: [{ dom: guest, params: [{ field: 'state.state', type: 'int' as const, value: 1 }] }],
    }))
    const records = await connection.getAllDomainStats([], 1)
    expect(records.map(({ domain, params }) => [domain.name, params])).toEqual([['guest1', { 'state.state': 1 }]])
  })
})
