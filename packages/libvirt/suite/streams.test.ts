import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { StorageVol } from '../src/index.ts'
import { connected, source, virsh } from './laboratory.ts'

const pool = 'client-streams'
const poolXml = `<pool type='dir'><name>${pool}</name><target><path>/tmp/${pool}</path></target></pool>`
const sizeBytes = 3_000_001
const volumeXml = `<volume><name>v</name><capacity>${sizeBytes}</capacity></volume>`

let volume: StorageVol

const remove = async (): Promise<void> => {
  await virsh(source, ['vol-delete', '--pool', pool, 'v']).catch(() => '')
  await virsh(source, ['pool-destroy', pool]).catch(() => '')
  await virsh(source, ['pool-undefine', pool]).catch(() => '')
}

beforeEach(async () => {
  await remove()
  const connection = await connected(source.tcpUri)
  const defined = await connection.storagePoolDefineXML(poolXml)
  await defined.build()
  await defined.create()
  volume = await defined.storageVolCreateXML(volumeXml)
})

afterEach(remove)

it('a volume that was uploaded comes down again as it was, also in part', async () => {
  const bytes = randomBytes(sizeBytes)
  await pipeline(Readable.from([bytes.subarray(0, 1000), bytes.subarray(1000)]), await volume.upload())
  expect((await buffer(await volume.download())).equals(bytes)).toBe(true)
  const part = await buffer(await volume.download({ offsetBytes: 777, lengthBytes: 300_000 }))
  expect(part.equals(bytes.subarray(777, 300_777))).toBe(true)
})

it('a download that is given up leaves the connection as it was', async () => {
  const stream = await volume.download()
  stream.destroy()
  expect((await volume.getInfo()).capacityBytes).toBe(sizeBytes)
})
