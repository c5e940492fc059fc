import type { DrainedGuest, DrainState, GuestStage } from '../state.ts'
import { endsInWindow } from './window.ts'

const isOver = (stage: GuestStage): boolean => stage.kind === 'moved' || stage.kind === 'gone' || stage.kind === 'left'

/** With an end where nobody is left who could still go. */
export function withEnd(state: DrainState, now: number): DrainState {
  const isUnderWay = state.guests.some(({ stage }) => stage.kind === 'preparing' || stage.kind === 'moving')
  if (isUnderWay) return state
  const waiting = state.guests.filter(({ stage }) => !isOver(stage))
  const windowOver =
    state.window !== null &&
    !waiting.some((guest) => endsInWindow(state, guest, Math.max(now, state.window?.opensAt ?? now)))
  if (waiting.length > 0 && state.mode !== 'stopping' && !windowOver) return state
  const guests = state.guests.map((guest): DrainedGuest => {
    if (isOver(guest.stage)) return guest
    const why =
      state.mode === 'stopping' ? 'the drain was stopped before its turn' : 'it would not have ended within the window'
    return { ...guest, stage: { kind: 'left', at: now, why, asksForCold: false } }
  })
  const left = guests.filter(({ stage }) => stage.kind === 'left')
  const outcome =
    left.length + state.leftOut.length === 0 ? 'done' : state.mode === 'stopping' ? 'stopped' : 'guests-left'
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
        : `landfall migrate ${asked.guest} --to ${asked.to} --cold`
  return { ...state, guests, waitingFor: 'nothing', end: { outcome, at: now, next } }
}
