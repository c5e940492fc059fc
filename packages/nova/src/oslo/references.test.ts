import { expect, test } from 'vitest'
import { readHostConfig } from '../fleet/host-config.ts'
import type { OptionSpec } from './option-spec.ts'
import { readOslo } from './read-oslo.ts'

const inbound = '[libvirt]\nlive_migration_inbound_addr = $my_ip\n'
const option = 'libvirt.live_migration_inbound_addr'
const read = (text: string) => readHostConfig({ host: 'cmp1', sources: [{ path: 'nova.conf', text }] }, 33)

test('what refers to an option of Nova’s that is not listed here is what the files set of that, and nothing is wrong with it', () => {
  const { readings, remarks } = read(`[DEFAULT]\nblock = 10.1\nmy_ip = \${block}.2.3\n${inbound}`)
  expect(readings?.get(option)).toMatchObject({ ok: true, value: '10.1.2.3' })
  expect(remarks).toEqual([])
})

test('where the files set nothing of it, it stays as it is written', () => {
  const { readings, remarks } = read(inbound)
  expect(readings?.get(option)).toMatchObject({ ok: true, value: '$my_ip' })
  expect(remarks).toEqual([])
})

test('one that refers to itself is refused all the same', () => {
  expect(read(`[DEFAULT]\nmy_ip = $my_ip\n${inbound}`).readings?.get(option)).toMatchObject({ ok: false })
})

test('where all options are listed, a name that is none stops the service', () => {
  const address: OptionSpec = { group: 'libvirt', name: 'live_migration_inbound_addr', type: { kind: 'string' } }
  const sources = [{ path: 'nova.conf', text: `[DEFAULT]\nmy_ip = 10.1.2.3\n${inbound}` }]
  const readings = readOslo({ sources, environment: {}, options: [address], complete: true })
  expect(readings.get(option)).toMatchObject({ ok: false, message: 'no such option my_ip' })
})
