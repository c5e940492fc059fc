import { describe, expect, test } from 'vitest'
import { configFindings } from './findings.ts'
import type { OptionSpec } from './option-spec.ts'
import { ConfigFileError, readOslo } from './read-oslo.ts'

const options: readonly OptionSpec[] = [
  { group: 'libvirt', name: 'live_migration_downtime', type: { kind: 'integer', min: 100 }, defaultText: '500' },
  { group: 'libvirt', name: 'live_migration_permit_auto_converge', type: { kind: 'boolean' }, defaultText: 'false' },
  {
    group: 'libvirt',
    name: 'virt_type',
    type: { kind: 'string' },
    deprecatedNames: [{ group: 'DEFAULT', name: 'libvirt_type' }],
  },
  { group: 'DEFAULT', name: 'my_ip', type: { kind: 'string' }, defaultText: '10.0.0.1' },
]

function findingsOf(...texts: readonly string[]): string[] {
  const sources = texts.map((text, index) => ({ path: `${index}.conf`, text }))
  const readings = readOslo({ sources, environment: {}, options })
  const found = configFindings({ sources, options, readings, knownGroups: ['libvirt'] })
  return found.map(({ code, path, line }) => `${code} ${path}:${line}`)
}

describe('what nova says nothing about', () => {
  test.each([
    ['[libvirt]\nlive-migration-downtime = 900', 'misspelt-option 0.conf:2'],
    ['[libvirt]\nLive_Migration_Downtime = 900', 'misspelt-option 0.conf:2'],
    ['[libvirt]\nlive_migration_dwntime = 900', 'unknown-option 0.conf:2'],
    ['[default]\nmy_ip = 10.1.1.1', 'lower-case-default 0.conf:2'],
    ['[libvirt]\nlive_migration_downtime =', 'empty-integer 0.conf:2'],
    ['[DEFAULT]\nlibvirt_type = kvm', 'deprecated-name 0.conf:2'],
    ['[DEFAULT]\nmy_ip = 10.1.1.1 # of the storage net', 'inline-comment 0.conf:2'],
  ])('%j is told', (text, finding) => {
    expect(findingsOf(text)).toEqual([finding])
  })

  test('a value that stops the service is told with its line, and so is the comment that spoilt it', () => {
    expect(findingsOf('[libvirt]\n\nlive_migration_downtime = 900 # ms')).toEqual([
      'inline-comment 0.conf:3',
      'refused-value 0.conf:3',
    ])
  })

  test('a line that a later file overrides is told, and where the winner is', () => {
    expect(findingsOf('[libvirt]\nlive_migration_downtime = 900', '[LIBVIRT]\nlive_migration_downtime = 500')).toEqual([
      'overridden 0.conf:2',
    ])
  })

  test('nothing is said of what is right, nor of groups that are not known', () => {
    expect(findingsOf('[libvirt]\nlive_migration_permit_auto_converge = True\n[glance]\nanything = 1 # x')).toEqual([])
  })
})

const indentedHeader = { path: 'nova.conf', text: '[DEFAULT]\n [libvirt]\n' }
const readIndented = () => readOslo({ sources: [indentedHeader], environment: {}, options })

test('a file that cannot be parsed is named with its line', () => {
  expect(readIndented).toThrow(ConfigFileError)
  expect(readIndented).toThrow('nova.conf:2: Unexpected continuation line')
})
