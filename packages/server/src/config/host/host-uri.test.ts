import { expect, test } from 'vitest'
import { peerUriProblem, uriProblem } from './host-uri.ts'

test.each([
  'qemu:///system',
  'qemu://host1/system',
  'qemu+unix:///system?socket=/run/other/libvirt-sock',
  'qemu+tcp://10.0.0.1:16509/system',
  'qemu+tls://host1/system?pkipath=/etc/pki',
  'qemu+ssh://me@host1/system?keyfile=/k',
])('%s is a host, for us and for the other hosts', (uri) => {
  expect([uriProblem(uri), peerUriProblem(uri)]).toEqual([null, null])
})

test.each(['', 'nonsense', 'http://host1', 'xen+ssh://host1/system', 'test:///default'])('"%s" is no host', (uri) => {
  const problem = expect.stringContaining('not the URI of a host with QEMU, like qemu+ssh://')
  expect([uriProblem(uri), peerUriProblem(uri)]).toEqual([problem, problem])
})

test('what is wrong behind the driver is said, too', () => {
  expect(uriProblem('qemu+tcp:///system')).toContain("the transport 'tcp' needs a host")
  expect(peerUriProblem('qemu+smoke://host1/system')).toContain("the transport 'smoke' does not exist")
})

test('the other hosts may use a transport that libvirt has and we have not', () => {
  expect(uriProblem('qemu+libssh2://host1/system')).toContain('not supported')
  expect(peerUriProblem('qemu+libssh2://host1/system')).toBeNull()
})
