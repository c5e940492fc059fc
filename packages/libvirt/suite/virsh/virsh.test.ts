import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect, DomainXmlFlag } from '../../src/index.ts'
import { secretDefineXml } from '../../src/protocol/remote.gen.ts'
import { connected, destination, guestXml, removeGuest, source, virsh } from '../laboratory.ts'
import { guestQuestions } from './guest-questions.ts'
import { hostQuestions } from './host-questions.ts'
import { plainQuestions } from './plain-questions.ts'
import { name, pool, poolPath, secretUuid, uuid, volume } from './question.ts'
import type { Question } from './question.ts'
import { statisticsQuestions } from './statistics-questions.ts'

// The same question put to the same host, here and through virsh.

const volumeXml = `<volume><name>${volume}</name><capacity unit='MiB'>8</capacity><allocation unit='MiB'>1</allocation></volume>`
const poolXml = `<pool type='dir'><name>${pool}</name><target><path>${poolPath}</path></target></pool>`
const secretXml = `<secret><uuid>${secretUuid}</uuid><usage type='ceph'><name>client.suite</name></usage></secret>`
const devices = `
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw' cache='none' iothread='1'/>
      <source file='${poolPath}/${volume}'/>
      <target dev='vda' bus='virtio'/>
      <iotune><total_iops_sec>5000</total_iops_sec></iotune>
    </disk>
    <interface type='ethernet'><mac address='52:54:00:12:34:56'/><target dev='lfclient0'/></interface>`

const removeAll = async (): Promise<void> => {
  await removeGuest(name)
  await virsh(source, ['secret-undefine', secretUuid]).catch(() => '')
  await virsh(source, ['vol-delete', '--pool', pool, volume]).catch(() => '')
  await virsh(source, ['pool-destroy', pool]).catch(() => '')
  await virsh(source, ['pool-delete', pool]).catch(() => '')
  await virsh(source, ['pool-undefine', pool]).catch(() => '')
}

beforeAll(async () => {
  await removeAll()
  await using connection = await connect(source.unixUri)
  const defined = await connection.storagePoolDefineXML(poolXml)
  await defined.build()
  await defined.create()
  await defined.storageVolCreateXML(volumeXml)
  await connection.call(secretDefineXml, { xml: secretXml, flags: 0 })
  const withThread = guestXml(name, uuid, devices).replace('<os>', '<iothreads>1</iothreads><os>')
  await (await connection.domainDefineXML(withThread)).create()
})

afterAll(removeAll)

const questions: Readonly<Record<string, Question>> = {
  ...plainQuestions,
  ...guestQuestions,
  ...hostQuestions,
  ...statisticsQuestions,
}

it.each(Object.keys(questions))('virsh says the same: %s', async (key) => {
  const question = questions[key]
  if (question === undefined) throw new Error('no such question')
  const connection = await connected(source.tcpUri)
  const domain = await connection.domainLookupByName(name)
  const ours = await question.ours(connection, domain)
  const theirs = question.theirs(await virsh(source, question.args))
  expect(theirs).not.toBeUndefined()
  expect(ours).toEqual(theirs)
})

it('virsh says the same: whether the destination can give the guest’s CPU', async () => {
  const domain = await (await connected(source.unixUri)).domainLookupByName(name)
  const xml = await domain.getXMLDesc(DomainXmlFlag.MIGRATABLE | DomainXmlFlag.SECURE)
  const cpu = /<cpu [^]*<\/cpu>/.exec(xml)?.[0] ?? ''
  const other = await connected(destination.tcpUri)
  expect(await other.compareHypervisorCPU(cpu, { virtType: 'qemu' })).not.toBe('incompatible')
  const impossible =
    "<cpu mode='custom' match='exact'><model fallback='forbid'>Nehalem</model><feature policy='require' name='amx-tile'/></cpu>"
  expect(await other.compareHypervisorCPU(impossible, { virtType: 'qemu' })).toBe('incompatible')
})
