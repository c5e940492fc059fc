import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { inTimeOrder } from './log-order.ts'

const root = mkdtempSync(join(tmpdir(), 'landfall-order-'))
afterAll(() => rmSync(root, { recursive: true }))

function put(folder: string, name: string, content: string | Buffer): string {
  mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, folder, name), content)
  return join(root, folder, name)
}

test.each([
  ['is packed by xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])],
  ['is empty', ''],
])('a place whose oldest log %s comes by the time of the next one', async (_what, oldest) => {
  const late = [
    put('late', 'nova-compute.log.1.xz', oldest),
    put('late', 'nova-compute.log', '2026-11-05 00:00:00.000 late\n'),
  ]
  const early = put('early', 'nova-compute.log', '2026-11-04 00:00:00.000 early\n')
  expect(await inTimeOrder([...late, early])).toEqual([early, ...late])
})
