import type { HostStatus } from '@landfall/api'
import { expect, test } from 'vitest'
import { overSsh, whyFailed } from './over-ssh.ts'

const reachable = (uri: string) => ({ name: 'n', uri, reachable: true, hostname: 'n.example' }) as HostStatus
const silent: HostStatus = { name: 'n', uri: 'qemu:///system', reachable: false, why: 'it is down' }

test.each([
  ['the way libvirt goes', reachable('qemu+ssh://root@host1:2222/system'), '-p 2222 -- root@host1'],
  ['with its key', reachable('qemu+ssh://host1/system?keyfile=/k&no_tty=1'), '-i /k -- host1'],
  [
    'as far as a host’s key is trusted',
    reachable('qemu+ssh://host1/system?no_verify=1'),
    '-o StrictHostKeyChecking=no -- host1',
  ],
  ['to an address of IPv6', reachable('qemu+ssh://root@[fd00::1]:22/system'), '-p 22 -- root@fd00::1'],
  ['as a user with a sign in the name', reachable('qemu+ssh://ops%40site@host1/system'), '-- ops@site@host1'],
  ['to the host that TLS goes to', reachable('qemu+tls://host1:16514/system'), '-- host1'],
  ['to the name that the host has of itself', reachable('qemu:///system'), '-- n.example'],
  ['to the name it goes by, where it does not answer', silent, '-- n'],
  ['and takes no address for an option', reachable('qemu+ssh://-oProxyCommand=x/system'), '-- -oProxyCommand=x'],
])('a command goes over ssh %s', (_case, status, words) => {
  expect(overSsh(['uname', '-r'], status).join(' ')).toBe(`ssh -o BatchMode=yes ${words} uname -r`)
})

test('a command fails by its code or a signal; a connection that a restart takes with it is no failure', () => {
  expect(whyFailed({ code: 0, signal: null }, false)).toBeNull()
  expect(whyFailed({ code: 3, signal: null }, true)).toBe('the command ended with code 3')
  expect(whyFailed({ code: null, signal: 'SIGTERM' }, true)).toBe('it was ended by SIGTERM')
  expect(whyFailed({ code: 255, signal: null }, false)).toBe('the command ended with code 255')
  expect(whyFailed({ code: 255, signal: null }, true)).toBeNull()
})
