import { describe, expect, it } from 'vitest'
import { unixSocketPaths } from '../transport/unix.ts'
import { sshArguments } from '../transport/ssh.ts'
import { certificatePaths } from '../transport/tls.ts'
import { parseUri } from './uri.ts'

const paths = (text: string, readOnly = false): string[] => unixSocketPaths(parseUri(text), readOnly, '/run/user/7')

describe('connection URIs', () => {
  it.each([
    ['qemu:///system', 'unix', '', undefined, 'qemu:///system'],
    ['qemu+unix:///system?socket=/run/other/libvirt-sock', 'unix', '', undefined, 'qemu:///system'],
    ['qemu+tcp://host1/system', 'tcp', 'host1', undefined, 'qemu:///system'],
    ['qemu+tcp://10.0.0.1:1234/system', 'tcp', '10.0.0.1', 1234, 'qemu:///system'],
    ['qemu+tcp://[fd00::1]:1234/system', 'tcp', 'fd00::1', 1234, 'qemu:///system'],
    ['qemu://host1/system', 'tls', 'host1', undefined, 'qemu:///system'],
    ['qemu+tls://host1/system?pkipath=/tmp/pki&no_verify=1', 'tls', 'host1', undefined, 'qemu:///system'],
    ['qemu+ssh://root@host1:22/system?keyfile=/k', 'ssh', 'host1', 22, 'qemu:///system'],
    ['test+tcp://host1/default', 'tcp', 'host1', undefined, 'test:///default'],
    ['test+unix:///default?extra=1', 'unix', '', undefined, 'test:///default?extra=1'],
    ['qemu+tcp://host1/?name=qemu:///session', 'tcp', 'host1', undefined, 'qemu:///session'],
  ])('%s', (text, transport, host, port, daemonUri) => {
    expect(parseUri(text)).toMatchObject({ transport, host, port, daemonUri })
  })

  it.each(['', 'host1', 'qemu:/system', 'qemu+tcp:///system', 'qemu+unix://host1/system', 'qemu+smoke://host1/system'])(
    '"%s" is refused',
    (text) => {
      expect(() => parseUri(text)).toThrow(expect.objectContaining({ code: 'LIBVIRT_BAD_URI' }))
    },
  )

  it('a transport that only libvirt itself has is refused as unsupported', () => {
    expect(() => parseUri('qemu+libssh2://host1/system')).toThrow(
      expect.objectContaining({ code: 'LIBVIRT_UNSUPPORTED' }),
    )
  })

  it('keeps user and client parameters', () => {
    const uri = parseUri('qemu+ssh://me%40x@host1/system?keyfile=/k&no_tty=1')
    expect(uri.user).toBe('me@x')
    expect(Object.fromEntries(uri.parameters)).toEqual({ keyfile: '/k', no_tty: '1' })
  })
})

describe('unix sockets', () => {
  it('are looked for as libvirt does: the modular daemon’s first', () => {
    expect(paths('qemu:///system')).toEqual(['/var/run/libvirt/virtqemud-sock', '/var/run/libvirt/libvirt-sock'])
    expect(paths('qemu:///system', true)).toEqual([
      '/var/run/libvirt/virtqemud-sock-ro',
      '/var/run/libvirt/libvirt-sock-ro',
    ])
    expect(paths('qemu:///session')).toEqual(['/run/user/7/libvirt/virtqemud-sock', '/run/user/7/libvirt/libvirt-sock'])
    expect(paths('qemu+unix:///system?mode=legacy')).toEqual(['/var/run/libvirt/libvirt-sock'])
    expect(paths('qemu+unix:///system?mode=direct')).toEqual(['/var/run/libvirt/virtqemud-sock'])
    expect(paths('qemu+unix:///system?socket=/a/b')).toEqual(['/a/b'])
  })

  it('of a session need a runtime directory', () => {
    expect(() => unixSocketPaths(parseUri('qemu:///session'), false, undefined)).toThrow(
      expect.objectContaining({ code: 'LIBVIRT_BAD_URI' }),
    )
  })
})

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
const netcat = (socket: string, program = 'nc'): string =>
  `if '${program}' -q 2>&1 | grep "requires an argument" >/dev/null 2>&1; then ARG=-q0; else ARG=; fi; '${program}' $ARG -U '/var/run/libvirt/${socket}'`

describe('the ssh command line', () => {
  it('runs netcat where that is asked for', () => {
    const uri = parseUri('qemu+ssh://host1/system?proxy=netcat&netcat=/opt/nc')
    expect(sshArguments(uri, true).at(-1)).toBe(`sh -c ${quoted(netcat('libvirt-sock-ro', '/opt/nc'))}`)
    expect(() => sshArguments(parseUri('qemu+ssh://host1/system?proxy=x'), false)).toThrow(
      expect.objectContaining({ code: 'LIBVIRT_BAD_URI' }),
    )
  })

  it('runs virt-ssh-helper with the URI quoted', () => {
    const uri = parseUri("qemu+ssh://root@host1:2222/system?keyfile=/k&no_tty=1&x='")
    expect(sshArguments(uri, false)).toEqual(
      ['-T', '-e', 'none', '-p', '2222', '-l', 'root', '-i', '/k', '-o', 'BatchMode=yes', '--', 'host1'].concat(
        `sh -c ${quoted(`which virt-ssh-helper >/dev/null 2>&1; if test $? = 0; then virt-ssh-helper 'qemu:///system?x=%27'; else ${netcat('libvirt-sock')}; fi`)}`,
      ),
    )
    const native = parseUri('qemu+ssh://host1/system?proxy=native')
    expect(sshArguments(native, true).at(-1)).toBe("virt-ssh-helper -r 'qemu:///system'")
    // Where a session's socket is, only the helper knows.
    expect(sshArguments(parseUri('qemu+ssh://host1/session'), false).at(-1)).toBe("virt-ssh-helper 'qemu:///session'")
  })

  it('takes no host or user that would be an option', () => {
    const uri = { ...parseUri('qemu+ssh://host1/system'), host: '-oProxyCommand=x' }
    expect(() => sshArguments(uri, false)).toThrow(expect.objectContaining({ code: 'LIBVIRT_BAD_URI' }))
  })
})

it('certificates are where libvirt has them', () => {
  expect(certificatePaths(undefined).key).toBe('/etc/pki/libvirt/private/clientkey.pem')
  expect(certificatePaths('/p')).toEqual({ ca: '/p/cacert.pem', cert: '/p/clientcert.pem', key: '/p/clientkey.pem' })
})
