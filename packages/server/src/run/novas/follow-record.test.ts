import { expect, test } from 'vitest'
import { serverError } from '../../errors.ts'
import { FakeNova } from '../../testing/fake-nova.ts'
import { followRecord } from './follow-record.ts'

const id = '11111111-2222-3333-4444-555555555555'

/** What Nova does, one step a look. */
function followed(steps: readonly ((nova: FakeNova) => void)[]) {
  const nova = new FakeNova(id)
  const words: string[] = []
  let look = 0
  const clock = {
    now: () => 0,
    sleep: async () => {
      const step = steps[look++]
      if (step === undefined) throw new Error('it was followed beyond its end')
      step(nova)
    },
  }
  const onStatus = ({ statusAsSent }: { readonly statusAsSent: string }): void => void words.push(statusAsSent)
  const ended = followRecord({ nova, clock, id, onStatus }, (record, instance) =>
    record.status === 'finished' && instance?.status === 'VERIFY_RESIZE' ? record.id : null,
  )
  return { ended, words }
}

const status = (nova: FakeNova, word: 'migrating' | 'finished'): void =>
  nova.moves({ status: word, statusAsSent: word })

test('Nova’s words are told once each, and an API that does not answer for a while is asked again', async () => {
  const { ended, words } = followed([
    (nova) => status(nova, 'migrating'),
    (nova) => void nova.refusals.set('newestMigration', serverError('nova-unreachable', 'no', 'do')),
    (nova) => {
      nova.refusals.clear()
    },
    (nova) => status(nova, 'finished'),
    (nova) => {
      if (nova.instance !== null) nova.instance = { ...nova.instance, status: 'VERIFY_RESIZE' }
    },
  ])
  expect(await ended).toBe(7)
  expect(words).toEqual(['migrating', 'finished'])
})
