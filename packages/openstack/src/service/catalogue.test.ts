import { expect, test } from 'vitest'
import type { CatalogueEntry } from '../identity/access.ts'
import { endpointIn } from './catalogue.ts'

const entry = (type: string, ...endpoints: readonly (readonly [string, string, string])[]): CatalogueEntry => ({
  type,
  name: null,
  endpoints: endpoints.map(([kind, region, url]) => ({ interface: kind, region, url })),
})
const catalogue = [
  entry(
    'compute',
    ['public', 'R1', 'https://public1'],
    ['internal', 'R1', 'https://internal1'],
    ['public', 'R2', 'https://public2'],
  ),
  entry('volume', ['public', 'R1', 'https://cinder1']),
  entry('volumev3', ['publicURL', 'R1', 'https://cinder3']),
]

test.each([
  ['the first region where none is named', ['public'], null, 'https://public1'],
  ['a named region', ['public'], 'R2', 'https://public2'],
  ['a named interface', ['internal'], null, 'https://internal1'],
  ['the better interface before the better place in the list', ['internal', 'public'], 'R1', 'https://internal1'],
  ['another interface where the better is not there', ['internal', 'public'], 'R2', 'https://public2'],
] as const)('%s', (_what, interfaces, region, expected) => {
  expect(endpointIn(catalogue, { type: 'compute', interfaces, region })).toBe(expected)
})

test('Cinder is found by its names of before, the newest first', () => {
  expect(endpointIn(catalogue, { type: 'block-storage', interfaces: ['public'], region: 'R1' })).toBe('https://cinder3')
})

test.each([
  ['network', 'R1', /no network; it has compute, volume, volumev3/],
  ['compute', 'R3', /no admin endpoint in region R3; it has public in R1, internal in R1, public in R2/],
] as const)('%s in %s is told as missing, with what there is', (type, region, message) => {
  const find = (): string => endpointIn(catalogue, { type, interfaces: ['admin'], region })
  expect(find).toThrowError(
    expect.objectContaining({ code: 'OPENSTACK_NO_ENDPOINT', message: expect.stringMatching(message) as string }),
  )
})

test('a token without a scope has no catalogue', () => {
  expect(() => endpointIn([], { type: 'compute', interfaces: ['public'], region: null })).toThrowError(/scoped to/)
})
