import type { RepairName, RepairStep } from '@landfall/nova'
import { UndefineFlag } from '@landfall/libvirt'
import { serverError } from '../../../errors.ts'
import { hostNamed } from '../../../guests/find-guest.ts'
import type { RunContext } from '../../start/context.ts'
import type { SeenRepairs } from './see-repairs.ts'
import { seeRepairs } from './see-repairs.ts'

/**
 * What is to be done for a repair, by the facts of this moment.
 *
 * @throws LandfallError `repair-refused`, with every reason
 */
export async function assertRepairable(
  context: Pick<RunContext, 'sessions' | 'clock' | 'nova'>,
  named: string,
  repair: RepairName,
): Promise<SeenRepairs & { readonly steps: readonly RepairStep[] }> {
  const seen = await seeRepairs(context, named)
  const verdict = seen.verdicts[repair]
  if (verdict.what === 'possible') return { ...seen, steps: verdict.steps }
  const why = verdict.what === 'refused' ? verdict.why.join('; ') : `not needed, ${verdict.why}`
  const next = `See all of it with "landfall repair ${seen.guest.uuid}"`
  throw serverError('repair-refused', `${seen.guest.name}, ${repair}: ${why}`, next)
}

/** Whichever is done at once; a guest is sent back by a migration of its own. */
export type RepairAtOnce = Exclude<RepairName, 'send-back'>

/**
 * Looks once more, and does it.
 *
 * @throws LandfallError `repair-refused` where the facts speak against it by now
 */
export async function carryRepair(
  context: Pick<RunContext, 'sessions' | 'clock' | 'nova'>,
  named: string,
  repair: RepairAtOnce,
): Promise<readonly RepairStep[]> {
  const seen = await assertRepairable(context, named, repair)
  for (const step of seen.steps) await carryStep(context, seen, step)
  return seen.steps
}

async function carryStep(
  { sessions }: Pick<RunContext, 'sessions'>,
  { nova, held, guest: { uuid, name } }: SeenRepairs,
  step: RepairStep,
): Promise<void> {
  switch (step.act) {
    case 'reset-state':
      await nova.resetState(uuid)
      return
    case 'write-allocations':
      await held?.write(step.allocations)
      return
    case 'undefine': {
      const domain = await hostNamed(sessions, step.host).find(uuid)
      if (domain === null) return
      if (await domain.isActive())
        throw serverError('repair-refused', `${name} is active on ${step.host} by now`, 'Look where it runs')
      // A saved state, snapshots and the like are somebody's: with them libvirt refuses.
      await domain.undefineFlags(UndefineFlag.KEEP_NVRAM)
      return
    }
    case 'migrate-back':
      throw new Error('a guest is sent back by a migration of its own')
  }
}
