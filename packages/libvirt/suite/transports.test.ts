import { expect, it } from 'vitest'
import { LibvirtError, connect } from '../src/index.ts'
import { connected, source } from './laboratory.ts'

it.each([
  ['unix', source.unixUri],
  ['tcp', source.tcpUri],
])('over %s the same host answers', async (_transport, uri) => {
  const connection = await connected(uri)
  expect(await connection.getHostname()).toBe(source.name)
  expect(await connection.getURI()).toBe('qemu:///system')
  expect(connection.libVersion).toBe(await connection.getLibVersion())
})

it('another driver of the same daemon answers: test:///default', async () => {
  const connection = await connected(source.unixUri.replace('qemu+unix:///system', 'test+unix:///default'))
  const [domain] = await connection.listAllDomains()
  expect(domain?.name).toBe('test')
  expect(await domain?.getState()).toMatchObject({ state: 'running' })
})

it('the read-only socket reads and refuses to write', async () => {
  await using connection = await connect(source.unixUri.replace('libvirt-sock', 'libvirt-sock-ro'), { readOnly: true })
  expect(await connection.getHostname()).toBe(source.name)
  const error = await connection.domainDefineXML('<domain/>').catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(LibvirtError)
  expect(error).toMatchObject({ code: 'VIR_ERR_OPERATION_DENIED', number: 29 })
})

it('a driver that the daemon has not is refused with its error', async () => {
  const error = await connect(source.unixUri.replace('qemu+unix:///system', 'xyz+unix:///system')).catch(
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(LibvirtError)
})
