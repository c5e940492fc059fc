import { LibvirtClientError } from '@landfall/libvirt'
import { expect, test } from 'vitest'
import { serverError, tellable } from '../errors.ts'

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
  expect(tellable(new LibvirtClientError('LIBVIRT_BAD_XML', '<secret>'))).toMatchObject({ code: 'internal' })
})
