import { expect, test } from 'vitest'

import { modulesToLoad } from './kernel-modules.ts'

const modulesDep = [
  'kernel/drivers/block/virtio_blk.ko.xz: kernel/drivers/virtio/virtio.ko.xz kernel/drivers/virtio/ring.ko.xz',
  'kernel/drivers/virtio/virtio.ko.xz: kernel/drivers/virtio/ring.ko.xz',
  'kernel/drivers/virtio/ring.ko.xz:',
  'kernel/drivers/input/evdev.ko:',
  'kernel/drivers/input/other_evdev.ko:',
].join('\n')

test('what a module needs is loaded before it, and once', () => {
  expect(modulesToLoad(modulesDep, ['virtio_blk', 'virtio', 'evdev'])).toEqual([
    'kernel/drivers/virtio/ring.ko.xz',
    'kernel/drivers/virtio/virtio.ko.xz',
    'kernel/drivers/block/virtio_blk.ko.xz',
    'kernel/drivers/input/evdev.ko',
  ])
})

test('what is built into the kernel needs no loading', () => {
  expect(modulesToLoad(modulesDep, ['virtio_pci'])).toEqual([])
})
