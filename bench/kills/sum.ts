import type { Results } from './kills.ts'

/** What runs have shown together, mode by mode. */
export function printSum(all: readonly Results[]): void {
  for (const mode of new Set(all.map((each) => each.mode))) {
    const runs = all.filter((each) => each.mode === mode)
    const rounds = runs.flatMap((each) => each.rounds)
    const moves = runs.flatMap((each) => each.moves)
    const times = rounds.flatMap(({ rightAfterMs }) => rightAfterMs ?? []).toSorted((one, other) => one - other)
    const at = (share: number): string => String(times[Math.min(times.length - 1, Math.floor(times.length * share))])
    const blows = rounds.reduce((sum, { count }) => sum + count, 0)
    console.log(
      `${mode}: ${blows} in ${rounds.length} rounds of ${runs.length} runs, ${moves.length} migrations asked for`,
    )
    console.log(`  right within 10 s: ${rounds.filter(({ isInTime }) => isInTime).length} of ${rounds.length}`)
    console.log(`  right after: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${at(1)} ms`)
    console.log(`  guests or records found wrong: ${moves.filter(({ problems }) => problems.length > 0).length}`)
    console.log(`  ends: ${counted(moves.map(({ outcome }) => outcome))}`)
    console.log(
      `  ways: ${counted(moves.map(({ way, strategy }) => (strategy === null ? way : `${way} (${strategy})`)))}`,
    )
    console.log(`  struck at: ${counted(rounds.flatMap(({ stages }) => Object.values(stages)))}`)
  }
}

function counted(words: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .map(([word, count]) => `${word} ${count}`)
    .join(', ')
}
