import { expect, test } from 'vitest'
import { differences } from './agreement.ts'

const active = { host: 'host2', hypervisorHostname: 'host2', vmState: 'active', taskState: null }
const completed = { id: 7, status: 'completed' }

test('after an end on which all agree there is nothing to tell', () => {
  expect(differences('u1', active, { hostname: 'host2' }, completed)).toEqual([])
})

test('an instance that runs elsewhere than Nova says is told with what must not be done', () => {
  const [found, ...others] = differences('u1', { ...active, hypervisorHostname: 'host1' }, { hostname: 'host2' }, null)
  expect(found?.what).toBe('the guest runs on host2, and Nova has it on host1')
  expect(found?.next).toMatch(/Do not start.*second one on host1.*landfall repair u1/)
  expect(others).toEqual([])
})

test('a reset of the state is offered only where the guest runs where Nova has it', () => {
  const inError = { ...active, vmState: 'error' }
  expect(differences('u1', inError, { hostname: 'host2' }, completed)[0]?.next).toMatch(
    /landfall repair u1 --do reset-state/,
  )
  expect(differences('u1', inError, null, completed)[0]?.next).toMatch(/Find out where the guest runs/)
  for (const { next } of differences('u1', inError, { hostname: 'host1' }, completed))
    expect(next).not.toContain('reset-state')
})

test('what Nova has not finished is told', () => {
  const busy = differences(
    'u1',
    { ...active, taskState: 'migrating' },
    { hostname: 'host2' },
    { id: 7, status: 'running' },
  )
  expect(busy.map(({ what }) => what)).toEqual([
    'Nova is still busy with the instance (migrating)',
    "Nova's migration 7 is still running",
  ])
})

test('an instance that Nova does not know', () => {
  expect(differences('u1', null, { hostname: 'host2' }, null)[0]?.what).toMatch(/does not know the instance u1/)
})
