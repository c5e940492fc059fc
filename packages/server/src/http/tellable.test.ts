import { LibvirtClientError } from '@landfall/libvirt'
import { expect, test } from 'vitest'
import { serverError, tellable } from '../errors.ts'
import { libvirtRefusal } from '../testing/libvirt-refusal.ts'

test('a host that did not answer in time is told as that', () => {
  const late = new LibvirtClientError('LIBVIRT_TIMEOUT', 'no answer within 30 s\nand more')
  expect(tellable(late)).toMatchObject({
    code: 'host-unreachable',
    message: 'a host did not answer: no answer within 30 s',
    cause: late,
  })
})

test('what was thrown on purpose is told as it is, and of anything else only that it happened', () => {
  const own = serverError('unknown-host', 'there is no host3', 'Name another')
  expect(tellable(own)).toBe(own)
  expect(tellable(new Error('/etc/secret')).message).not.toContain('secret')
})

test('what libvirt answers with is told in its words, with its code and what to do', () => {
  const busy = libvirtRefusal(68, 'Timed out during operation: cannot acquire state change lock')
  expect(tellable(busy)).toMatchObject({
    code: 'libvirt-failed',
    message: 'Timed out during operation: cannot acquire state change lock (VIR_ERR_OPERATION_TIMEOUT)',
    next: expect.stringContaining('again in a minute'),
    cause: busy,
  })
  expect(tellable(libvirtRefusal(1, 'internal error: x')).next).toContain('log of libvirtd')
})

test('a document of libvirt that cannot be read is not quoted', () => {
  const told = tellable(new LibvirtClientError('LIBVIRT_BAD_XML', '<secret>'))
  expect(told).toMatchObject({ code: 'libvirt-failed', message: expect.not.stringContaining('secret') })
})
