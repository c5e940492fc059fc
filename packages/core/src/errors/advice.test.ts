import { expect, test } from 'vitest'
import type { NextAction } from './advice.ts'
import { advise, adviceText } from './advice.ts'

const watch: NextAction = { action: 'watch', guest: 'web1' }

test('names become words, actions stay data', () => {
  expect(advise`Start ${'web1'} there, or finish it: ${watch}`).toEqual(['Start web1 there, or finish it: ', watch])
})

test('each face words the actions in its own way', () => {
  const advice = advise`${watch} takes it up again`
  expect(adviceText(advice, ({ action }) => `<${action}>`)).toBe('<watch> takes it up again')
  expect(adviceText('Plan again', () => '')).toBe('Plan again')
})
