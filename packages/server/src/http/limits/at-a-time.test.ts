import { expect, test } from 'vitest'
import { AtATime } from './at-a-time.ts'

const full = expect.objectContaining({ code: 'too-many-requests', message: expect.stringContaining('plans: 2') })

test('each caller has so many at a time, and has one more when one ends', () => {
  const plans = new AtATime(2, 'plans')
  const end = plans.enter('ci')
  plans.enter('ci')
  expect(() => plans.enter('ci')).toThrow(full)
  plans.enter('web')
  expect(plans.inAll).toBe(3)
  end()
  plans.enter('ci')
  end()
  expect(() => plans.enter('ci')).toThrow(full)
  expect(plans.inAll).toBe(3)
})
