import { healedAllocations } from './healed-allocations.ts'
import type { RepairFacts, RepairName, RepairVerdict } from './repair-facts.ts'
import type { SettledPlace } from './settled-place.ts'
import { isLeftOver, settledPlace } from './settled-place.ts'

/**
 * What can be repaired of an instance, each with its steps or with every reason against it. Pure.
 *
 * Nothing is proposed on facts that are not known, while Nova or libvirt is at work on it, or for a guest that is on two hosts.
 */
export function repairs(facts: RepairFacts): Readonly<Record<RepairName, RepairVerdict>> {
  const settled = settledPlace(facts)
  const given = (decide: (place: SettledPlace) => RepairVerdict): RepairVerdict =>
    settled.isSettled ? decide(settled.place) : { what: 'refused', why: settled.why }
  return {
    'send-back': given(sendBack),
    'remove-leftover': given((place) => removeLeftover(facts, place)),
    'heal-allocations': given((place) => healAllocations(facts, place)),
    'reset-state':
      facts.instance !== null && facts.instance.vmState !== 'error'
        ? { what: 'not-needed', why: `Nova has it as ${facts.instance.vmState ?? 'unknown'}` }
        : given(resetState),
  }
}

function sendBack({ runsOn, home }: SettledPlace): RepairVerdict {
  if (runsOn === home) return { what: 'not-needed', why: `it runs where Nova has it, on ${home.name}` }
  if (home.view.kind !== 'absent')
    return refused(`${home.name} has a definition of it, which somebody made anew: see which of them is right`)
  return { what: 'possible', steps: [{ act: 'migrate-back', from: runsOn.name, to: home.name }] }
}

function removeLeftover({ hosts }: RepairFacts, place: SettledPlace): RepairVerdict {
  const left = hosts.filter((host) => host !== place.home && isLeftOver(host.view))
  if (left.length === 0) return { what: 'not-needed', why: 'no other host has a definition of it' }
  if (place.runsOn !== place.home) return sendBackFirst(place)
  return { what: 'possible', steps: left.map(({ name }) => ({ act: 'undefine', host: name })) }
}

function healAllocations({ id, allocations }: RepairFacts, place: SettledPlace): RepairVerdict {
  const { runsOn, home } = place
  if (runsOn !== home) return sendBackFirst(place)
  const healed = healedAllocations(allocations, home.hostname ?? '')
  if (healed.what === 'agree')
    return { what: 'not-needed', why: `it holds its part on ${home.name}, and nothing elsewhere` }
  if (healed.what === 'unknown') return refused(healed.why)
  const { byMigration } = allocations
  return {
    what: 'possible',
    steps: [
      {
        act: 'write-allocations',
        allocations: {
          [id]: healed.held,
          ...(byMigration === null ? {} : { [byMigration.consumer]: healed.byMigration }),
        },
      },
    ],
  }
}

function resetState(place: SettledPlace): RepairVerdict {
  return place.runsOn === place.home ? { what: 'possible', steps: [{ act: 'reset-state' }] } : sendBackFirst(place)
}

const refused = (why: string): RepairVerdict => ({ what: 'refused', why: [why] })

const sendBackFirst = ({ runsOn, home }: SettledPlace): RepairVerdict =>
  refused(`it runs on ${runsOn.name}, and Nova has it on ${home.name}: send it back first`)
