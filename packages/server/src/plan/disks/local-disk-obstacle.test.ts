import { expect, test } from 'vitest'
import type { LocalDiskFacts } from './local-disk-facts.ts'
import { diskToCopy, localDiskObstacle } from './local-disk-obstacle.ts'

const disk: LocalDiskFacts = {
  target: 'vdb',
  path: '/srv/disks/web1.raw',
  format: 'raw',
  capacityBytes: 1000,
  allocatedBytes: 900,
  shareable: false,
  backingPaths: [],
  place: { kind: 'free', pool: 'disks', availableBytes: 5000 },
}

test('a file that stands alone is copied to where it can be made', () => {
  expect(localDiskObstacle(disk, 'web1', 'host2')).toBeNull()
  expect(diskToCopy(disk)).toEqual({
    target: 'vdb',
    path: '/srv/disks/web1.raw',
    format: 'raw',
    capacityBytes: 1000,
    pool: 'disks',
    volume: 'web1.raw',
    make: true,
  })
})

test('an empty file that somebody made ready is used, and is not ours to remove', () => {
  const ready: LocalDiskFacts = { ...disk, place: { kind: 'made-ready', pool: 'disks', availableBytes: 5000 } }
  expect(localDiskObstacle(ready, 'web1', 'host2')).toBeNull()
  expect(diskToCopy(ready)?.make).toBe(false)
})

test.each<[string, Partial<LocalDiskFacts>, RegExp, RegExp]>([
  ['another format', { format: 'vmdk' }, /of format vmdk/, /raw and qcow2/],
  ['a backing file', { backingPaths: ['/base'] }, /backing file \(\/base\)/, /virsh blockpull web1 vdb --wait/],
  ['a shareable disk', { shareable: true }, /shareable/, /both hosts share/],
  [
    'a file that is there',
    { place: { kind: 'occupied', pool: 'disks', allocatedBytes: 900, capacityBytes: 1000 } },
    /host2 has a file \/srv\/disks\/web1.raw already/,
    /^If it is not this very disk.*: virsh vol-delete --pool disks web1.raw \(on host2\)/,
  ],
  [
    'no pool',
    { place: { kind: 'no-pool', directory: '/srv/disks' } },
    /none of its active storage pools has the directory \/srv\/disks/,
    /virsh pool-create-as NAME dir --target \/srv\/disks/,
  ],
  ['a pool that does not answer', { place: { kind: 'unknown', why: 'busy' } }, /could not be told: busy/, /pool-list/],
])('%s is refused with what would make it possible', (_what, part, message, next) => {
  const obstacle = localDiskObstacle({ ...disk, ...part }, 'web1', 'host2')
  expect(obstacle?.message).toMatch(message)
  expect(obstacle?.next).toMatch(next)
})
