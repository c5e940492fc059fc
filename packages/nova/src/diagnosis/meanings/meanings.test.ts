import { describe, expect, test } from 'vitest'
import { meaningOf, meanings } from './meanings.ts'

describe.each(meanings)('$which: $example', ({ which, example, words, check, fix, side }) => {
  test('is told by its own example, and by no other line of the table', () => {
    expect(meaningOf(example)?.which).toBe(which)
    // As the log has it: with Python's class before it and its text twice.
    expect(meaningOf(`libvirt.libvirtError: ${example}: libvirt.libvirtError: ${example}`)?.which).toBe(which)
  })

  test('says whose it is, how to see it and what to do', () => {
    for (const text of [words, check, fix, side]) expect(text.length).toBeGreaterThan(3)
    expect(words).not.toMatch(/\.$/)
  })
})

test.each([
  'internal error: something that nobody has seen before',
  'nova.exception.NovaException: An unknown exception occurred.',
  'KeyError: 17',
])('%s is not known, and not guessed', (text) => {
  expect(meaningOf(text)).toBeNull()
})

// As the sources of libvirt and QEMU word it; bench/doctor/generated-logs.ts has more of them, among the lines of a real Nova.
test.each([
  ['Cannot recv data: Permission denied, please try again.: Connection reset by peer', 'ssh-permission'],
  ["Cannot access storage file '/srv/x/disk': No such file or directory", 'backing-file'],
  ['qemu unexpectedly closed the monitor: qemu-kvm: Unknown ramblock "vga", cannot accept migration', 'device-state'],
  ['qemu-kvm: -machine pc-q35-x,accel=kvm: unsupported machine type', 'machine-type'],
  ['process exited while connecting to monitor: qemu-kvm: unsupported machine type: "pc-x"', 'machine-type'],
])('%s: %s', (text, which) => {
  expect(meaningOf(text)?.which).toBe(which)
})
