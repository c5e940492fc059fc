import { expect, test } from 'vitest'
import { CopyWatch } from './copy-watch.ts'

const line = (time: string, message: string): string =>
  `2026-11-23 ${time} 1 DEBUG nova.virt.libvirt.migration [-] [instance: x] ${message}`
const current = (time: string, elapsed: number): string => line(time, `Current 50 elapsed ${elapsed} steps [(0, 50)]`)
const unchanged = (time: string): string => line(time, 'Downtime does not need to change')

test('a gap is a silence, with what had passed by its own count', () => {
  const watch = new CopyWatch()
  watch.chatter(current('06:00:00.000', 10), 0, 1)
  watch.chatter(unchanged('06:00:00.001'), 0, 2)
  watch.chatter(current('06:01:00.000', 70), 0, 3)
  expect(watch.silences).toMatchObject([{ line: 2, passedS: 60 }])
  expect(watch.lost).toEqual([])
})

test('a line that is dated within one belies it', () => {
  const watch = new CopyWatch()
  watch.chatter(unchanged('06:00:00.000'), 0, 1)
  watch.chatter(unchanged('06:01:00.000'), 0, 2)
  watch.heard(Date.UTC(2026, 10, 23, 6, 0, 30), 0)
  expect(watch.silences).toEqual([])
})

test('what is said in one breath and is not all there was lost', () => {
  const watch = new CopyWatch()
  watch.chatter(current('06:00:00.000', 10), 0, 1)
  watch.chatter(current('06:00:00.500', 10), 0, 2)
  expect(watch.lost).toHaveLength(1)
})
