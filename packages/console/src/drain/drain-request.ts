import type { DrainRequest } from '@landfall/api'
import { usualDrainLimits } from '@landfall/api'
import type { SettingName, TimeWindow } from '@landfall/core'
import { parseSize } from '@landfall/core'

/** What stands in the form of a drain's plan, as it was typed. */
export interface DrainForm {
  readonly host: string
  readonly kind: DrainRequest['kind']
  readonly fallback: 'stay' | 'cold'
  /** None: every other host may get guests. */
  readonly to: readonly string[]
  readonly headroom: string
  readonly perSource: string
  readonly perDestination: string
  readonly fleet: string
  /** `02:00`, in the reader's zone; both or neither. */
  readonly opens: string
  readonly closes: string
  readonly settings: Readonly<Partial<Record<SettingName, string>>>
}

export const emptyForm = (host: string): DrainForm => ({
  host,
  kind: 'drain',
  fallback: 'stay',
  to: [],
  headroom: '',
  perSource: '',
  perDestination: '',
  fleet: '',
  opens: '',
  closes: '',
  settings: {},
})

/** What is asked for. @throws Error that says what is accepted */
export function requestOf(form: DrainForm, now: Date): Omit<DrainRequest, 'partly'> {
  const { host, kind, fallback, to, headroom, settings, opens, closes } = form
  const { perSource, perDestination, fleet } = usualDrainLimits
  return {
    host,
    kind,
    wanted: { settings, cold: false, novaConfig: [], namedAs: 'setting' },
    // The way back is to where they came from.
    to: kind === 'undrain' || to.length === 0 ? null : to,
    headroomBytes: headroom.trim() === '' ? 0 : parseSize(headroom),
    mostVcpusPerCpu: null,
    limits: {
      perSource: count('leave at a time', form.perSource, perSource),
      perDestination: count('enter a host at a time', form.perDestination, perDestination),
      fleet: count('in all at a time', form.fleet, fleet),
    },
    window: windowOf(opens, closes, now),
    fallback,
  }
}

function count(name: string, text: string, usual: number): number {
  if (text.trim() === '') return usual
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= 1000) return value
  throw new Error(`${name}: "${text}" is not a number from 1 to 1000`)
}

/** The window of these times of day that is open now, or the next. */
function windowOf(opens: string, closes: string, now: Date): TimeWindow | null {
  if (opens === '' && closes === '') return null
  if (opens === '' || closes === '' || opens === closes) throw new Error('window: both its beginning and its end')
  const at = (time: string, day: number): number => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number)
    return new Date(now.getFullYear(), now.getMonth(), now.getDate() + day, hours, minutes).getTime()
  }
  const nights = opens < closes ? 0 : 1
  const windows = [-1, 0, 1].map((day) => ({ opensAt: at(opens, day), closesAt: at(closes, day + nights) }))
  return windows.find(({ closesAt }) => closesAt > now.getTime()) ?? null
}
