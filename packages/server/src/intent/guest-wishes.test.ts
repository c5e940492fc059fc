import { LandfallError } from '@landfall/core'
import { readDomainXml } from '@landfall/libvirt'
import { describe, expect, test } from 'vitest'
import type { GuestWishes } from './guest-wishes.ts'
import { wishesIn } from './guest-wishes.ts'

const uri = 'https://landfall.dev/xmlns/1'
const wishes = (metadata: string): GuestWishes =>
  wishesIn(readDomainXml(`<domain type='kvm'><name>web1</name><metadata>${metadata}</metadata></domain>`))
const inGuest = (content: string): string => `<lf:guest xmlns:lf='${uri}'>${content}</lf:guest>`

test('a guest that says nothing wishes nothing; what others wrote is theirs', () => {
  expect(wishes('')).toEqual({ settings: {}, texts: {}, labels: {} })
  expect(
    wishes("<n:instance xmlns:n='http://openstack.org/xmlns/libvirt/nova/1.1'><n:name>x</n:name></n:instance>"),
  ).toEqual({
    settings: {},
    texts: {},
    labels: {},
  })
})

test('its intent and its labels are read, whatever the prefix', () => {
  const text = `<lf:intent preset='gentle' max-pause='300ms' deadline='none'/><lf:label key='tier' value='db'/><lf:label key='pci'/>`
  expect(wishes(inGuest(text))).toMatchObject({
    settings: { preset: 'gentle', maxPauseMs: 300, deadlineMs: null },
    labels: { tier: 'db', pci: '' },
  })
})

test('an intent does without the element around it', () => {
  expect(wishes(`<x:intent xmlns:x='${uri}' post-copy='never'/>`).settings).toEqual({ postCopy: 'never' })
})

describe('what cannot be read names the guest and the attribute', () => {
  test.each([
    ["<lf:intent max-pause='long'/>", /^web1: .*: max-pause: .*long/],
    ["<lf:intent max_pause='1s'/>", /^web1: .*"max_pause" is none of preset, max-pause/],
    ["<lf:intent preset='rude'/>", /preset: "rude" is none of/],
    ['<lf:intent/><lf:intent/>', /two intents/],
    ["<lf:label value='x'/>", /a label has no key/],
    ['<lf:wish/>', /<wish> is none of intent, label/],
  ])('%s', (content, message) => {
    expect(() => wishes(inGuest(content))).toThrow(LandfallError)
    expect(() => wishes(inGuest(content))).toThrow(message)
  })
})
