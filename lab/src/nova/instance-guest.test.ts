import { expect, test } from 'vitest'
import { guestSpec } from '../guests/guest-spec.ts'
import { instanceGuest } from './instance-guest.ts'

const common = { machine: 'pc-q35-10.0', progressSocket: '/labs/x/shared/serial/web1.progress' }

test('a firmware guest gets its firmware, its settings and a disk on the root bus', () => {
  const spec = guestSpec({ name: 'web1', guest: 'rom', writeSet: '600MiB' })
  const guest = instanceGuest({ ...common, spec, accelerator: 'kvm', image: { guest: 'rom', rom: '/boot/rom.bin' } })
  expect(guest['domainType']).toBe('kvm')
  expect(guest['os']).toContain("<loader readonly='yes' type='rom'>/boot/rom.bin</loader>")
  expect(guest['sysinfo']).toContain('lf.set=153600')
  expect(guest['diskAddress']).toContain("bus='0x00' slot='0x03'")
  expect(guest['progress']).toContain("path='/labs/x/shared/serial/web1.progress'")
})

test('a Linux guest gets its kernel and is told the same', () => {
  const spec = guestSpec({ name: 'web1', guest: 'linux', writeSet: '600MiB' })
  const image = { guest: 'linux', kernel: '/boot/vmlinuz', initrd: '/boot/initrd' } as const
  const guest = instanceGuest({ ...common, spec, accelerator: 'tcg', image })
  expect(guest).toMatchObject({ domainType: 'qemu', sysinfo: null, diskAddress: null })
  expect(guest['os']).toContain('<kernel>/boot/vmlinuz</kernel><initrd>/boot/initrd</initrd>')
  expect(guest['os']).toContain('lf.set=153600')
})
