import { diagnose } from '../../diagnosis/diagnose.ts'
import type { MigrationFinding } from '../../diagnosis/finding.ts'
import { HostLogReader } from '../../logs/host-log-reader.ts'
import type { Dice } from '../lines/dice.ts'
import type { HostFiles } from './truth.ts'

/** Longer than any block that a file comes in. */
const mostPieceLength = 100_000

/** What the doctor says of these files, given to it in pieces that end anywhere, as a disk gives them. */
export function diagnosed(hosts: readonly HostFiles[], dice: Dice): readonly MigrationFinding[] {
  const logs = hosts.map(({ name, files }) => {
    const reader = new HostLogReader(name)
    // Oldest first, as whoever finds the files sorts them.
    for (const file of files.toReversed()) {
      const text = file.lines.map((line) => `${line}\n`).join('')
      for (let at = 0; at < text.length;) {
        const length = dice.whole(1, mostPieceLength)
        reader.text(text.slice(at, at + length), file.name)
        at += length
      }
    }
    return reader.end()
  })
  return diagnose(logs)
}
