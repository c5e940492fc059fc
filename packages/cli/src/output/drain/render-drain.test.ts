import { expect, test } from 'vitest'
import { drainSeen } from '../../testing/drain-seen.ts'
import { drainLine } from './render-drain.ts'

test('an ended drain is told with how long ago it was, unless that is now', () => {
  const ended = drainSeen({ hasEnded: true })
  expect(drainLine(ended, 5000)).toBe('drain host1: 0 of 0 moved; done')
  expect(drainLine(ended, 7_200_001)).toBe('drain host1: 0 of 0 moved; done, 2 h ago')
  expect(drainLine(ended, null)).toBe('drain host1: 0 of 0 moved; done')
})
