// 1,000 mutilations of recordings of a real Nova, as files that the doctor reads: cut, interleaved, the clock set back, rotated with a
// piece missing, parts that cannot be read. Nothing may be found that the whole does not support, and there is no all-clear
// where something could not be read.
//   node bench/doctor/mutilations.ts [--runs 1000] [--seed 1] [--out FILE]

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Examination } from '../../packages/doctor/src/examine.ts'
import { hasFindings, hasGaps } from '../../packages/doctor/src/examine.ts'
import { asked, fixture } from '../../packages/doctor/src/testing/answers.ts'
import { mutations } from '../../packages/nova/src/testing/hostile.ts'
import { Dice } from '../../packages/nova/src/testing/lines/dice.ts'
import { optionsOf } from '../src/arguments.ts'

const values = optionsOf(import.meta.filename, {
  runs: { type: 'string', default: '1000' },
  seed: { type: 'string', default: '1' },
  out: { type: 'string' },
})

interface File {
  readonly name: string
  readonly content: Buffer
}
type Log = { readonly name: string; readonly lines: readonly string[] }
/** What becomes of one log; `lost`: a part of it cannot be read. */
interface Harmed {
  readonly files: readonly File[]
  readonly lost: boolean
}

const file = (name: string, lines: readonly string[]): File => ({ name, content: Buffer.from(lines.join('\n')) })
const byLines =
  (change: (lines: readonly string[], dice: Dice) => readonly string[]) =>
  ({ name, lines }: Log, dice: Dice): Harmed => ({ files: [file(name, change(lines, dice))], lost: false })

const harms: Readonly<Record<string, (log: Log, dice: Dice) => Harmed>> = {
  'cut at its end': byLines(mutations['an end in the middle of a line']),
  'cut at its beginning': byLines(mutations['a beginning that was rotated away']),
  'a piece of the middle missing': byLines((lines, dice) => {
    const at = dice.whole(0, lines.length)
    return [...lines.slice(0, at), ...lines.slice(at + dice.whole(1, lines.length))]
  }),
  interleaved: byLines(mutations['lines swapped far apart']),
  'neighbours swapped': byLines(mutations['neighbours swapped']),
  'the clock set back': byLines(mutations['the clock set back']),
  'the clock set forward': byLines(mutations['the clock set forward']),
  'lines twice': byLines(mutations['lines twice']),
  'INFO and above': byLines((lines) => lines.filter((line) => !line.includes(' DEBUG '))),
  'binary junk': byLines(mutations['binary junk']),
  'rotated in three, perhaps with one missing': ({ name, lines }, dice) => {
    const [a, b] = [dice.whole(0, lines.length), dice.whole(0, lines.length)].sort((x, y) => x - y)
    const pieces = [
      { name: `${name}.2.gz`, content: gzipSync(lines.slice(0, a).join('\n')) },
      file(`${name}.1`, lines.slice(a, b)),
      file(name, lines.slice(b)),
    ]
    const without = dice.whole(0, 6)
    return { files: pieces.filter((_, index) => index !== without), lost: false }
  },
  'compressed and broken off': ({ name, lines }, dice) => {
    const whole = gzipSync(lines.join('\n'))
    return {
      files: [{ name: `${name}.1.gz`, content: whole.subarray(0, dice.whole(20, whole.length - 9)) }],
      lost: true,
    }
  },
  'compressed, with bytes that were written over': ({ name, lines }, dice) => {
    const whole = gzipSync(lines.join('\n'))
    whole.fill(0xff, dice.whole(40, Math.floor(whole.length / 2)), Math.floor(whole.length / 2) + 60)
    return { files: [{ name: `${name}.1.gz`, content: whole }], lost: true }
  },
}

// Not 08-restart-source, which has two logs of one host.
const recordings = ['05-force-complete-pause', '10-restart-dest', '20-freeze-abort-ignored']
  .concat(readdirSync(fixture('recordings')).filter((name) => name.startsWith('nova31-')))
  .map((name) => {
    const folder = fixture(`recordings/${name}`)
    const logs = readdirSync(folder).map((each): Log & { readonly host: string } => ({
      host: /nova-compute-([a-z0-9]+)/.exec(each)?.[1] ?? 'controller',
      name: /^nova-[a-z]+/.exec(each)?.[0] + '.log',
      lines: gunzipSync(readFileSync(join(folder, each)))
        .toString('utf8')
        .split('\n'),
    }))
    return { name, logs }
  })

const told = ({ migrations }: Examination): { instances: Set<string>; says: Set<string> } => ({
  instances: new Set(migrations.map(({ instance }) => instance)),
  says: new Set([
    ...migrations.flatMap(({ causes, outcome, guest, orphan }) => [
      ...causes.map(({ code }) => `cause ${code}`),
      `outcome ${outcome}`,
      `guest ${guest?.where ?? 'nothing'}`,
      ...(orphan === null ? [] : ['orphan']),
    ]),
    // Lines that are missing are missing, and what is not told is not known.
    'cause service-silent',
    'cause end-unexplained',
    'outcome running',
    'outcome unknown',
    'guest not-known',
    'guest nothing',
  ]),
})

const root = mkdtempSync(join(tmpdir(), 'landfall-mutilations-'))
const wrong: string[] = []
const counts: Record<string, number> = {}
let unread = 0
try {
  const kinds = Object.entries(harms)
  const write = (folder: string, host: string, files: readonly File[]): void => {
    const logs = join(folder, host, 'var/log/nova')
    mkdirSync(logs, { recursive: true })
    for (const { name, content } of files) writeFileSync(join(logs, name), content)
  }
  const wholes = await Promise.all(
    recordings.map(async ({ name, logs }) => {
      const folder = join(root, `whole-${name}`)
      for (const log of logs) write(folder, log.host, [file(log.name, log.lines)])
      return told(await asked({ paths: [folder] }))
    }),
  )
  for (let run = 0; run < Number(values.runs); run++) {
    const dice = new Dice(Number(values.seed) * 100_003 + run)
    const at = run % recordings.length
    const [kind, harm] = kinds[Math.floor(run / recordings.length) % kinds.length] ?? ['', byLines((lines) => lines)]
    const { name, logs } = recordings[at] ?? { name: '', logs: [] }
    const whole = wholes[at]
    if (whole === undefined) continue
    const folder = join(root, String(run))
    let lost = false
    for (const log of logs) {
      const harmed = dice.chance(0.7) ? harm(log, dice) : { files: [file(log.name, log.lines)], lost: false }
      lost ||= harmed.lost
      write(folder, log.host, harmed.files)
    }
    const answer = await asked({ paths: [folder] })
    const { instances, says } = told(answer)
    const place = `run ${run}, ${name}, ${kind}`
    for (const each of says) if (!whole.says.has(each)) wrong.push(`${place}: ${each}`)
    for (const each of instances)
      if (!whole.instances.has(each) && !each.startsWith('unknown')) wrong.push(`${place}: a migration of ${each}`)
    if (lost) {
      unread++
      if (!hasGaps(answer) && !hasFindings(answer)) wrong.push(`${place}: an all-clear, though a part was not read`)
    }
    counts[kind] = (counts[kind] ?? 0) + 1
    rmSync(folder, { recursive: true })
  }
} finally {
  rmSync(root, { recursive: true, force: true })
}
console.log(
  `${values.runs} mutilations of ${recordings.length} recordings, ${unread} with unreadable parts: ${wrong.length} wrong`,
)
for (const each of wrong) console.log(`  ${each}`)
if (values.out !== undefined) {
  const result = {
    runs: Number(values.runs),
    seed: Number(values.seed),
    recordings: recordings.map(({ name }) => name),
    counts,
    unread,
    wrong,
  }
  writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`)
}
if (wrong.length > 0) process.exitCode = 1
