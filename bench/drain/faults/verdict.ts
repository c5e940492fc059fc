import type { Drain } from '@landfall/api'
import type { ProgressSample } from '@landfall/lab'
import { heard } from '../../kills/places.ts'
import type { Hosts, Place } from '../../kills/places.ts'
import type { Struck } from './faults.ts'
import { bystander } from './guests.ts'

/** What is wrong after a drain with a fault in it; nothing is what is wanted. */
export async function problemsOf(
  lab: string,
  hosts: Hosts,
  { state }: Drain,
  { stopped }: Struck,
  before: ReadonlyMap<string, ProgressSample>,
): Promise<readonly string[]> {
  const problems: string[] = []
  if (state.end === null) problems.push(`it did not end: ${state.waitingFor}`)
  for (const { guest, stage, from, to } of state.guests) {
    const places = await hosts.placesOf(guest)
    const isOver = stage.kind === 'moved' || stage.kind === 'gone' || stage.kind === 'left'
    if (!isOver) problems.push(`${guest} is told as ${stage.kind}`)
    const running = places.filter(({ state: told }) => told === 'running')
    if (running.length > 1) problems.push(`${guest} runs twice: ${told(places)}`)
    if (places.length !== 1) problems.push(`${guest} is known to ${places.length} hosts: ${told(places)}`)
    if (places.some(({ moving }) => moving)) problems.push(`${guest} is held by a job: ${told(places)}`)
    const [place] = running
    if (guest === stopped) continue
    if (place === undefined) problems.push(`${guest} does not run: ${told(places)}`)
    else if (stage.kind === 'moved' && place.host !== to)
      problems.push(`${guest} runs on ${place.host}, and was moved to ${to}`)
    else if (stage.kind === 'left' && place.host !== from) problems.push(`${guest} runs on ${place.host}, and was left`)
    problems.push(...(await harmOf(lab, guest, before)))
  }
  const [place] = await hosts.placesOf(bystander.name)
  if (place?.host !== bystander.on) problems.push(`the bystander is on ${place?.host ?? 'no host'}`)
  return [...problems, ...(await harmOf(lab, bystander.name, before))]
}

const told = (places: readonly Place[]): string => JSON.stringify(places)

async function harmOf(lab: string, guest: string, before: ReadonlyMap<string, ProgressSample>): Promise<string[]> {
  const now = await heard(lab, guest)
  const was = before.get(guest)
  if (now === null || was === undefined) return [`${guest} says nothing`]
  const wrong = now.pagesWrong + now.blocksWrong
  return [
    ...(wrong > 0 ? [`${guest}: ${now.pagesWrong} pages and ${now.blocksWrong} blocks are wrong`] : []),
    ...(now.bootId === was.bootId ? [] : [`${guest} was rebooted`]),
    ...(now.work < was.work || now.pagesWritten < was.pagesWritten ? [`${guest} is an older one of itself`] : []),
  ]
}
