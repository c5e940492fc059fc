import { fileURLToPath } from 'node:url'
import type { Release } from '@landfall/nova'
import type { Examination } from '../examine.ts'
import { examine } from '../examine.ts'
import { findHypervisors } from '../hosts/find-hypervisors.ts'

/** A folder or a file of these fixtures. */
export const fixture = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export interface Asked {
  readonly paths?: readonly string[]
  readonly named?: readonly string[]
  readonly release?: Release
}

/** What the doctor says of them, as the command line asks. */
export const asked = ({ paths = [], named = [], release }: Asked): Promise<Examination> =>
  examine(findHypervisors({ paths, named, configs: [] }), {
    release: release ?? null,
    guestGiB: 64,
    onBytes: () => undefined,
    signal: new AbortController().signal,
  })

/** Everything that a reader is told of the migrations: causes, what to do, what became of the guest. */
export const words = ({ migrations, advice }: Examination): string =>
  [
    ...migrations.flatMap(({ causes, acts, notes, guest }) => [
      ...causes.map(({ message }) => message),
      ...acts.map(({ message }) => message),
      ...notes,
      guest === null ? '' : `${guest.where} ${guest.next}`,
    ]),
    ...advice.flatMap(({ others }) => others),
  ].join('\n')
