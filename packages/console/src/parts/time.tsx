import { useSyncExternalStore } from 'react'
import type { Zone } from '../service/zone.ts'
import { onZone, zone } from '../service/zone.ts'

const formats = (zoned: Intl.DateTimeFormatOptions) => ({
  clock: new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', ...zoned }),
  day: new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', ...zoned }),
  dayOnly: new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', ...zoned }),
})
const inZone: Readonly<Record<Zone, ReturnType<typeof formats>>> = {
  local: formats({}),
  UTC: formats({ timeZone: 'UTC' }),
}

interface TimeProps {
  readonly at: number
  /** A moment whose day the reader knows: on the same day the clock's time is enough. */
  readonly beside?: number | 'now'
}

/** A moment in the zone that is shown, with UTC at hand. */
export function Time({ at, beside }: TimeProps) {
  const shown = useSyncExternalStore(onZone, zone)
  const utc = new Date(at).toISOString()
  return (
    <time dateTime={utc} title={utcWords(at)}>
      {timeIn(shown, at, beside === 'now' ? Date.now() : beside)}
    </time>
  )
}

/** In that zone, with its day unless that is the other's, too. */
export const timeIn = (shown: Zone, at: number, beside?: number): string =>
  inZone[shown][beside !== undefined && dayIn(shown, at) === dayIn(shown, beside) ? 'clock' : 'day'].format(at)

/** The day of a moment, in that zone. */
export const dayIn = (shown: Zone, at: number): string => inZone[shown].dayOnly.format(at)

/** `2026-11-28 12:00:00 UTC`: for what is sent to somebody in another zone. */
export const utcWords = (at: number): string => `${new Date(at).toISOString().replace('T', ' ').slice(0, 19)} UTC`
