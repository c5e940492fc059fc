import type { OpenStack } from '@landfall/openstack'
import { LabError } from '../errors.ts'
import type { LabState } from '../state.ts'
import { ports } from './control-files.ts'

/**
 * The ID of an image of that size that is all zeros; made with the first server that boots from one. Glance is spoken to
 * plainly: nothing else of it is needed.
 */
export async function emptyImage(state: LabState, { session }: OpenStack, bytes: number): Promise<string> {
  const token = (await session.access())?.token ?? ''
  const glance = `http://${state.network.hubAddress}:${ports.glance}/v2/images`
  const name = `empty-${bytes}`
  const ask = async (method: string, path: string, type: string, body?: RequestInit['body']): Promise<unknown> => {
    const headers = { 'X-Auth-Token': token, 'Content-Type': type }
    const answer = await fetch(`${glance}${path}`, { method, headers, body: body ?? null, duplex: 'half' })
    const text = await answer.text()
    if (!answer.ok)
      throw new LabError('nova-refused', `Glance does not take the image ${name}: ${answer.status} ${text}`)
    return text === '' ? null : JSON.parse(text)
  }
  // What Glance promises of both answers.
  const { images } = (await ask('GET', `?name=${name}&status=active`, 'application/json')) as {
    images: { id: string }[]
  }
  if (images[0] !== undefined) return images[0].id
  const wanted = JSON.stringify({ name, disk_format: 'raw', container_format: 'bare' })
  const { id } = (await ask('POST', '', 'application/json', wanted)) as { id: string }
  await ask('PUT', `/${id}/file`, 'application/octet-stream', zeros(bytes))
  return id
}

function zeros(bytes: number): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(1024 * 1024)
  let left = bytes
  return new ReadableStream({
    pull(controller) {
      const size = Math.min(left, chunk.length)
      left -= size
      if (size > 0) controller.enqueue(chunk.subarray(0, size))
      if (left === 0) controller.close()
    },
  })
}
