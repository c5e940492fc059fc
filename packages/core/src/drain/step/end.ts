import type { DrainedGuest, DrainState, GuestStage } from '../state.ts'
import type { Observation } from './observation.ts'
import { triesIn } from './taken-in.ts'
import { endsInWindow } from './window.ts'

const isOver = (stage: GuestStage): boolean => stage.kind === 'moved' || stage.kind === 'gone' || stage.kind === 'left'

/** Whether a host is empty is asked of it so long where it does not answer. */
const emptyPatienceMs = 300_000

/** With an end where nobody is left who could still go. */
export function withEnd(state: DrainState, { now, stillThere }: Pick<Observation, 'now' | 'stillThere'>): DrainState {
  const isUnderWay = state.guests.some(({ stage }) => stage.kind === 'preparing' || stage.kind === 'moving')
  if (isUnderWay) return state
  const waiting = state.guests.filter(({ stage }) => !isOver(stage))
  const windowOver =
    state.window !== null &&
    !waiting.some((guest) => endsInWindow(state, guest, Math.max(now, state.window?.opensAt ?? now)))
  if (waiting.length > 0 && state.mode !== 'stopping' && !windowOver) return state
  const guests = state.guests.map((guest): DrainedGuest => {
    if (isOver(guest.stage)) return guest
    return { ...guest, stage: { kind: 'left', at: now, why: whyLeft(state, guest), asksForCold: false } }
  })
  const left = guests.filter(({ stage }) => stage.kind === 'left')
  // Of whoever the plan has left out the host knows more by now: somebody may have moved it, or shut it down.
  const asksWhetherEmpty = left.length === 0 && state.kind === 'drain'
  if (asksWhetherEmpty && stillThere === null) return { ...state, waitingFor: `a last look at ${state.host}` }
  if (asksWhetherEmpty && stillThere !== null && 'unknown' in stillThere) {
    // Where the wall clock was set back, it is asked so long from then on.
    const emptyUnknownSince = Math.min(now, state.emptyUnknownSince ?? now)
    const waitingFor = `whether ${state.host} is empty: ${stillThere.unknown}`
    if (state.mode !== 'stopping' && now - emptyUnknownSince < emptyPatienceMs)
      return { ...state, emptyUnknownSince, waitingFor }
  }
  const leftOut = asksWhetherEmpty && stillThere !== null ? thoseStillThere(state, stillThere) : state.leftOut
  const isComplete = left.length + leftOut.length === 0
  const outcome = isComplete ? 'done' : state.mode === 'stopping' ? 'stopped' : 'guests-left'
  const asks = left.filter(({ stage }) => stage.kind === 'left' && stage.asksForCold)
  const [asked] = asks
  const command = state.kind === 'drain' ? 'drain' : 'undrain'
  const next =
    outcome === 'done'
      ? state.kind === 'drain'
        ? `landfall undrain ${state.host}`
        : ''
      : asked === undefined
        ? `landfall ${command} ${state.host}`
        : `landfall migrate ${asked.commandName ?? asked.guest} --to ${asked.to} --cold`
  return { ...state, guests, leftOut, waitingFor: 'nothing', end: { outcome, at: now, next } }
}

/** Why it was not its turn any more; where it had failed before, that first. */
function whyLeft({ mode }: DrainState, { copyMs, attempts }: DrainedGuest): string {
  const tried = triesIn(attempts)
  const [what, before] = tried === null ? ['it', ''] : ['another try', `${tried}; `]
  if (mode === 'stopping') return `${before}the drain was stopped before ${tried === null ? 'its turn' : what}`
  return copyMs === null
    ? `${before}nobody can say whether ${what} would have ended within the window`
    : `${before}${what} would not have ended within the window`
}

/** A list that is done says nothing of who was started there since, or came back. */
function thoseStillThere(
  { host, leftOut }: DrainState,
  stillThere: NonNullable<Observation['stillThere']>,
): DrainState['leftOut'] {
  if ('unknown' in stillThere)
    return [...leftOut, { guest: 'any other guest', why: `nobody can say: ${stillThere.unknown}` }]
  return stillThere.map(
    (guest) =>
      leftOut.find((each) => each.guest === guest) ?? {
        guest,
        why: `it is on ${host}: it was started there, or came there, after the plan`,
      },
  )
}
