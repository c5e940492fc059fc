import { readDomainXml } from '@landfall/libvirt'
import { expect, test } from 'vitest'
import { coldObstacle, firmwareFinding } from './cold-obstacle.ts'

const guestWith = (os: string, devices: string) =>
  readDomainXml(`<domain type='kvm'><name>web1</name><os>${os}</os><devices>${devices}</devices></domain>`)

test('an emulated TPM moves only with a running guest', () => {
  const emulated = guestWith('', "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>")
  expect(coldObstacle(emulated)).toMatch(/TPM moves only with a running guest/)
  expect(coldObstacle(guestWith('', ''))).toBeNull()
})

test('firmware variables that stay behind are a warning', () => {
  const uefi = guestWith('<nvram>/var/lib/libvirt/qemu/nvram/web1_VARS.fd</nvram>', '')
  expect(firmwareFinding(uefi, 'host1', 'host2')).toMatchObject({
    severity: 'warning',
    message: expect.stringMatching(/web1_VARS\.fd\) stay on host1/),
  })
  expect(firmwareFinding(guestWith('', ''), 'host1', 'host2')).toBeNull()
})
