import { expect, test } from 'vitest'
import type { StreamFacts } from '../../facts.ts'
import type { StreamOptions } from '../../intent.ts'
import { defaultIntent } from '../../intent.ts'
import { streamObstacle } from './stream-obstacle.ts'

const can: StreamFacts = {
  parallel: { possible: true },
  zstd: { possible: true },
  xbzrle: { possible: true },
  postCopyAfterParallel: false,
}
const cannot = { possible: false, why: 'libvirt 9.0.0 cannot' } as const
const obstacle = (stream: StreamOptions, facts: StreamFacts = can) =>
  streamObstacle({ ...defaultIntent, stream }, facts)

test('what the hosts can is no obstacle, and what nobody asked for neither', () => {
  expect(obstacle({ compression: 'zstd', parallelConnections: 4 })).toBeNull()
  expect(obstacle({ compression: 'xbzrle', parallelConnections: 1 })).toBeNull()
  expect(obstacle({}, { ...can, parallel: cannot, zstd: cannot, xbzrle: cannot })).toBeNull()
})

test.each<[StreamOptions, Partial<StreamFacts>, RegExp]>([
  [{ compression: 'zstd' }, { zstd: cannot }, /^compression by zstd: libvirt 9\.0\.0 cannot/],
  [{ compression: 'xbzrle' }, { xbzrle: cannot }, /^compression by xbzrle: libvirt 9/],
  [{ parallelConnections: 2 }, { parallel: cannot }, /^parallel connections: libvirt 9/],
  [{ compression: 'xbzrle', parallelConnections: 2 }, {}, /does not go with parallel connections/],
])('%o is refused by name', (stream, facts, why) => {
  expect(obstacle(stream, { ...can, ...facts })?.why).toMatch(why)
})
