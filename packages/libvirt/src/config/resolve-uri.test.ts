import { describe, expect, it } from 'vitest'
import { parseLibvirtConf } from './libvirt-conf.ts'
import { resolveUri } from './resolve-uri.ts'
import type { ClientEnvironment } from './resolve-uri.ts'

const conf = `# the usual comment
#uri_default = "no:///no"
uri_aliases = [
  "hail=qemu+ssh://root@hail.cloud.example.com/system",
  # "old=qemu+tcp://old/system",
  'sleet=qemu+tls://sleet/system?pkipath=/a=b',
]
uri_default = "sleet"
`

const environment = (more: Partial<ClientEnvironment> = {}): ClientEnvironment => ({
  defaultUri: undefined,
  isRoot: true,
  readConf: async () => conf,
  ...more,
})

it('libvirt.conf is read as libvirt reads it', () => {
  expect(parseLibvirtConf(conf)).toEqual({
    uriDefault: 'sleet',
    aliases: new Map([
      ['hail', 'qemu+ssh://root@hail.cloud.example.com/system'],
      ['sleet', 'qemu+tls://sleet/system?pkipath=/a=b'],
    ]),
  })
  expect(parseLibvirtConf('')).toEqual({ uriDefault: undefined, aliases: new Map() })
})

describe('the URI that is meant', () => {
  it('is the one that was said', async () => {
    const unread = environment({ readConf: () => Promise.reject(new Error('read for nothing')) })
    expect(await resolveUri('test:///default', unread)).toBe('test:///default')
  })

  it('is behind its short name', async () => {
    expect(await resolveUri('hail', environment())).toBe('qemu+ssh://root@hail.cloud.example.com/system')
  })

  it('is the environment’s, then the file’s, then the local QEMU’s', async () => {
    expect(await resolveUri(undefined, environment({ defaultUri: 'test:///default' }))).toBe('test:///default')
    expect(await resolveUri('', environment({ defaultUri: 'hail' }))).toContain('hail.cloud')
    expect(await resolveUri(undefined, environment())).toContain('qemu+tls://sleet')
    const bare = { readConf: async () => undefined }
    expect(await resolveUri(undefined, environment(bare))).toBe('qemu:///system')
    expect(await resolveUri(undefined, environment({ ...bare, isRoot: false }))).toBe('qemu:///session')
  })

  it('is not guessed', async () => {
    await expect(resolveUri('rain', environment())).rejects.toMatchObject({
      code: 'LIBVIRT_BAD_URI',
      message: expect.stringContaining('hail, sleet'),
    })
  })
})
