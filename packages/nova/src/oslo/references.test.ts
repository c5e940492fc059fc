import { expect, test } from 'vitest'
import { auditFleet } from '../fleet/fleet-audit.ts'
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

test.each([
  ['a number', 'live_migration_completion_timeout = $rpc_response_timeout'],
  ['a part of one', 'live_migration_downtime = 5${tens}'],
  ['a flag', 'live_migration_permit_post_copy = $other'],
  ['one of few words', 'live_migration_timeout_action = $other'],
  ['by way of another', 'live_migration_downtime = $a\na = $rpc_response_timeout'],
  [
    'by way of a number',
    'live_migration_downtime = $live_migration_downtime_steps\nlive_migration_downtime_steps = $x',
  ],
])('%s that is made of an option that nothing sets is unknown: neither its default nor a fault', (_what, line) => {
  const { readings, remarks } = read(`[libvirt]\n${line}\n`)
  const name = `libvirt.${line.split(' ')[0] ?? ''}`
  expect(readings?.get(name)).toMatchObject({ ok: false, unknown: expect.any(String) })
  expect(new Set(remarks.map(({ code, severity }) => `${code} ${severity}`))).toEqual(
    new Set(['unknown-reference note']),
  )
  const config = read(`[libvirt]\n${line}\n`)
  const told = auditFleet([config], 33, 4).options.find(({ option }) => option === name)
  expect(told?.values).toMatchObject([{ value: '(unknown)', isDefault: false }])
})

test('a number that is made of what the files set of another is that', () => {
  const { readings, remarks } = read(
    '[DEFAULT]\nrpc_response_timeout = 90\n[libvirt]\nlive_migration_completion_timeout = $rpc_response_timeout\n',
  )
  expect(readings?.get('libvirt.live_migration_completion_timeout')).toMatchObject({ ok: true, value: 90 })
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
