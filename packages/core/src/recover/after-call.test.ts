import { expect, test } from 'vitest'
import type { AfterCall, EndedCall } from './after-call.ts'
import { afterCall, mostResumes } from './after-call.ts'

const answered: EndedCall = { where: 'stayed', postCopyBroke: false, call: 'answered', steers: true, resumed: 0 }

test.each<[string, Partial<EndedCall>, AfterCall['step']]>([
  ['that landed is over', { where: 'landed' }, 'end'],
  ['that failed with the guest on its source is over', { where: 'stayed' }, 'end'],
  ['that the hosts go on with is watched', { where: 'migrating' }, 'watch'],
  ['whose answer was lost is watched while a host is silent', { where: 'unclear', call: 'lost' }, 'watch'],
  ['that libvirt answered is over, however unclear', { where: 'unclear' }, 'end'],
  ['of a post-copy that broke waits for the silent destination', { where: 'unclear', postCopyBroke: true }, 'watch'],
  ['that nobody here made is not waited for', { where: 'unclear', postCopyBroke: true, call: 'none' }, 'end'],
  ['of a post-copy that broke is resumed', { where: 'post-copy-broken' }, 'resume'],
  ['of somebody else is not', { where: 'post-copy-broken', steers: false }, 'end'],
  ['that was resumed often enough is over', { where: 'post-copy-broken', resumed: mostResumes }, 'end'],
  ['that may be resumed once is resumed once', { where: 'post-copy-broken', resumed: 1, mostResumes: 1 }, 'end'],
])('a call %s', (_name, ended, step) => {
  expect(afterCall({ ...answered, ...ended }).step).toBe(step)
})

test('a broken stream is resumed sooner at first, and for ten minutes in all', () => {
  const waits = Array.from({ length: mostResumes }, (_, resumed) => {
    const next = afterCall({ ...answered, where: 'post-copy-broken', resumed })
    return next.step === 'resume' ? next.afterMs : 0
  })
  expect(waits.slice(0, 6)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000])
  expect(waits.reduce((sum, ms) => sum + ms, 0)).toBe(631_000)
})
