import type { DiskToCopy } from '@landfall/api'
import { expect, test } from 'vitest'
import { systemClock } from '../../../clock.ts'
import { plainRecord, storyOf } from '../../../testing/story.ts'
import { RunningStory } from '../../running-story.ts'
import type { DestinationDisksOptions } from './destination-disks.ts'
import { DestinationDisks } from './destination-disks.ts'
import type { MadeDisk } from '../../../guests/disk-to-copy.ts'

const disk = (name: string, make = true): DiskToCopy => ({
  target: 'vdb',
  path: `/d/${name}`,
  format: 'raw',
  capacityBytes: 4096,
  pool: 'p',
  volume: name,
  make,
})

/** A host with these files, by name and bytes. What it is asked to do is told in order with what is journaled. */
function host(files: Record<string, number>, disks: DiskToCopy[], made: MadeDisk[] = []) {
  const there = new Map(Object.entries(files))
  const told: string[] = []
  const options: DestinationDisksOptions = {
    disks,
    host: 'host2',
    clock: systemClock,
    story: new RunningStory(
      storyOf(plainRecord, { madeDisks: made }),
      (entries) => {
        for (const entry of entries) if (entry.kind === 'disk') told.push(`${entry.stage} ${entry.path}`)
      },
      () => undefined,
    ),
    volumes: {
      allocatedBytes: (_pool, volume) => Promise.resolve(there.get(volume) ?? null),
      make: (_pool, xml) => {
        const name = /<name>(.*)<\/name>/.exec(xml)?.[1] ?? ''
        told.push(`make ${name}`)
        if (name.startsWith('full')) return Promise.reject(new Error('no space left'))
        there.set(name, 0)
        return Promise.resolve()
      },
      remove: (_pool, volume) => {
        told.push(`remove ${volume}`)
        there.delete(volume)
        return Promise.resolve()
      },
    },
  }
  return { told, there, disks: new DestinationDisks(options) }
}

test('each file is noted before it is made, and removed again when the guest stays', async () => {
  const { told, there, disks } = host({ other: 9 }, [disk('a'), disk('b')])
  await disks.make()
  expect(told).toEqual(['intended /d/a', 'make a', 'made /d/a', 'intended /d/b', 'make b', 'made /d/b'])
  expect(await disks.remove()).toBeNull()
  expect(told.slice(6)).toEqual(['remove a', 'removed /d/a', 'remove b', 'removed /d/b'])
  expect([...there.keys()]).toEqual(['other'])
})

test('where the guest is not known to have stayed, nothing is removed and each file is named', async () => {
  const { there, disks } = host({}, [disk('a')])
  expect(disks.left()).toBeNull()
  await disks.make()
  expect(disks.left()).toBe("/d/a on host2 was left: it may be newer than the source's")
  expect(there.has('a')).toBe(true)
})

test('a file that came into being meanwhile is neither overwritten nor removed', async () => {
  const { there, disks } = host({ b: 7 }, [disk('a'), disk('b')])
  await expect(disks.make()).rejects.toThrow(/\/d\/b came into being on host2 meanwhile/)
  expect(await disks.remove()).toBeNull()
  expect([...there]).toEqual([['b', 7]])
})

test('where one cannot be made, those before it are removed', async () => {
  const { there, disks } = host({}, [disk('a'), disk('full')])
  await expect(disks.make()).rejects.toThrow('no space left')
  expect(await disks.remove()).toBeNull()
  expect([...there.keys()]).toEqual([])
})

test('a file that an operator made ready is used and stays', async () => {
  const { told, there, disks } = host({ a: 0 }, [disk('a', false)])
  await disks.make()
  expect(await disks.remove()).toBeNull()
  expect(told).toEqual([])
  expect(there.has('a')).toBe(true)
})

test.each([
  ['holds something', { a: 7 }, /\/d\/a, which was made ready on host2, is not empty by now/],
  ['is gone', {}, /is gone by now/],
])('a file that was made ready and %s when the migration starts ends it', async (_case, files, message) => {
  const { told, disks } = host(files, [disk('a', false)])
  await expect(disks.make()).rejects.toThrow(message)
  expect(await disks.remove()).toBeNull()
  expect(told).toEqual([])
})

test('after a driver that died: what it surely made goes, what it perhaps made only while it is empty', async () => {
  const made = [
    { path: '/d/a', certain: true },
    { path: '/d/b', certain: false },
    { path: '/d/c', certain: false },
  ]
  const files = { a: 5_000_000, b: 0, c: 5_000_000 }
  const { there, disks } = host(files, [disk('a'), disk('b'), disk('c')], made)
  expect(await disks.remove()).toMatch(
    /^\/d\/c on host2 has 4\.77 MiB in it that no copy of ours wrote: it was left alone$/,
  )
  expect([...there.keys()]).toEqual(['c'])
})
