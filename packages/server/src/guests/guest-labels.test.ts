import { expect, test } from 'vitest'
import { labelsIn } from './guest-labels.ts'

const written = (inside: string): string =>
  `<landfall:guest xmlns:landfall="https://landfall.dev/xmlns/1">${inside}</landfall:guest>`

test('labels are read beside an intent, and of an intent alone there are none', () => {
  const label = '<landfall:label key="tier" value="db"/>'
  expect(labelsIn(written(`<landfall:intent preset="gentle"/>${label}`))).toEqual({ tier: 'db' })
  expect(labelsIn('<intent preset="gentle"/>')).toEqual({})
})

test('a label without a key is no label: what the guest is called is not known', () => {
  expect(labelsIn(written('<landfall:label value="db"/>'))).toBeNull()
})
