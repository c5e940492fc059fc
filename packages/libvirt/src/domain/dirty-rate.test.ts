import { describe, expect, it } from 'vitest'
import { readAccelerator } from '../domain-xml/accelerator.ts'
import { guardDirtyRateMode, modeOfMonitorCommand, readDirtyRate } from './dirty-rate.ts'
import type { DirtyRateMode } from './dirty-rate.ts'

const ring = "<features><kvm><dirty-ring state='on' size='4096'/></kvm></features>"
const domains = {
  tcg: "<domain type='qemu'><name>g</name></domain>",
  tcgWithRing: `<domain type='qemu'>${ring}</domain>`,
  kvm: "<domain type='kvm'><name>g</name></domain>",
  kvmWithRing: `<domain type='kvm'>${ring}</domain>`,
}

const allowed = (xml: string, mode: DirtyRateMode): boolean => {
  try {
    guardDirtyRateMode(mode, readAccelerator(xml))
    return true
  } catch (error) {
    expect(error).toMatchObject({ code: 'LIBVIRT_HAZARD' })
    return false
  }
}

describe('a dirty-rate mode that could harm the guest', () => {
  it.each([
    ['tcg', 'dirty-bitmap', false],
    ['tcg', 'dirty-ring', false],
    ['tcgWithRing', 'dirty-bitmap', false],
    ['tcgWithRing', 'dirty-ring', false],
    ['kvm', 'dirty-bitmap', true],
    ['kvm', 'dirty-ring', false],
    ['kvmWithRing', 'dirty-bitmap', false],
    ['kvmWithRing', 'dirty-ring', false],
    ['tcg', 'page-sampling', true],
    ['kvm', 'page-sampling', true],
  ] as const)('%s, %s: allowed %s', (guest, mode, expected) => {
    expect(allowed(domains[guest], mode)).toBe(expected)
  })

  it('is never the dirty ring, whatever the guest: page sampling is named instead', () => {
    expect(() => {
      guardDirtyRateMode('dirty-ring', readAccelerator(domains.kvmWithRing))
    }).toThrow(/stops a guest that writes fast.*use 'page-sampling'/)
  })

  it.each([
    ['{"execute":"calc-dirty-rate","arguments":{"calc-time":1,"mode":"dirty-bitmap"}}', 'dirty-bitmap'],
    ['{"execute":"calc-dirty-rate","arguments":{"calc-time":1,"mode":"dirty-ring"}}', 'dirty-ring'],
    ['{"execute":"calc-dirty-rate","arguments":{"calc-time":1}}', undefined],
    ['{"execute":"query-kvm"}', undefined],
    ['{"execute":"human-monitor-command","arguments":{"command-line":"calc_dirty_rate -b 1"}}', 'dirty-bitmap'],
    ['{"execute":"human-monitor-command","arguments":{"command-line":" calc_dirty_rate  -r 1 512"}}', 'dirty-ring'],
    ['{"execute":"human-monitor-command","arguments":{"command-line":"calc_dirty_rate 1"}}', undefined],
    ['{"execute":"human-monitor-command","arguments":{"command-line":"info calc_dirty_rate -b"}}', undefined],
    ['calc-dirty-rate', undefined],
  ])('is found in the monitor command %s', (command, mode) => {
    expect(modeOfMonitorCommand(command)).toBe(mode)
  })
})

describe('the dirtyrate statistics', () => {
  it('are read with units, per vCPU where the mode tells', () => {
    const params = {
      'dirtyrate.calc_status': 2,
      'dirtyrate.calc_start_time': 1_795_462_311n,
      'dirtyrate.calc_period': 1,
      'dirtyrate.calc_mode': 'dirty-ring',
      'dirtyrate.megabytes_per_second': 590n,
      'dirtyrate.vcpu.0.megabytes_per_second': 300n,
      'dirtyrate.vcpu.1.megabytes_per_second': 290n,
    }
    expect(readDirtyRate(params)).toEqual({
      status: 'measured',
      startTimeSeconds: 1_795_462_311,
      periodSeconds: 1,
      mode: 'dirty-ring',
      mebibytesPerSecond: 590,
      vcpuMebibytesPerSecond: [300, 290],
    })
  })

  it('are missing where the daemon sent none, and have no rate before the end', () => {
    expect(readDirtyRate({ 'state.state': 1 })).toBeUndefined()
    expect(readDirtyRate({ 'dirtyrate.calc_status': 1 })).toMatchObject({
      status: 'measuring',
      mebibytesPerSecond: undefined,
    })
  })
})
