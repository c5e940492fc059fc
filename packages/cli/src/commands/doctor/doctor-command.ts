import { formatBytes, GiB, LandfallError, parseSize } from '@landfall/core'
import type { Examination, Lack, Release, Setting } from '@landfall/doctor'
import type { NovaConfigPath } from '@landfall/api'
import {
  examine,
  findHypervisors,
  hasFindings,
  hasGaps,
  parseRelease,
  readSetting,
  wasExamined,
  whoLacks,
} from '@landfall/doctor'
import type { Command } from 'commander'
import { Option } from 'commander'
import type { ExitCode } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import type { WriteAnswer } from '../../output/doctor/doctor-json.ts'
import { doctorJson } from '../../output/doctor/doctor-json.ts'
import { harmless } from '../../output/doctor/doctor-words.ts'
import { jsonPieces } from '../../output/json-pieces.ts'
import { doctorPage } from '../../output/doctor/doctor-page.ts'
import { renderDoctor, renderLack } from '../../output/doctor/render-doctor.ts'
import type { Terminal } from '../../output/terminal/terminal.ts'
import { outInPieces } from '../../output/terminal/terminal.ts'
import { writePage } from '../../output/page/write-page.ts'
import { writeChange } from './doctor-write.ts'
import { addConfigOptions } from '../intent-options.ts'
import { repeatedOption } from '../repeated-option.ts'
import { runAndExit } from '../run-command.ts'
import { collectGarbage } from '../small-heap.ts'

export interface DoctorInput {
  readonly host?: readonly string[]
  readonly configFile?: readonly NovaConfigPath[]
  readonly configDir?: readonly NovaConfigPath[]
  readonly release?: string
  readonly memory: string
  readonly set?: readonly string[]
  readonly html?: string
  readonly write?: string
  readonly yes?: boolean
  readonly json?: boolean
  readonly sshProgram?: string
}

export function addDoctorCommand(root: Command, terminal: Terminal): void {
  addConfigOptions(
    root
      .command('doctor')
      .argument(
        '[path...]',
        "logs, nova.conf files, a host's folder, or a folder of such folders; this machine where nothing is named",
      )
      .addOption(
        repeatedOption('--host <name=where>', 'a host and its folder, log or ssh://user@host[:port][/root]; repeat it'),
      ),
    "Nova's configuration of the one host",
  )
    .option('--release <release>', 'of Nova, e.g. zed, 26 or 2024.1 (default: as the logs say, else the newest)')
    .addOption(new Option('--memory <size>', 'memory of the guest that the plain numbers are about').default('64GiB'))
    .addOption(
      repeatedOption(
        '--set <option=value>',
        'a change that every host shall have, instead of what is advised; repeat it',
      ),
    )
    .option(
      '--write <file>',
      "make the change in that file of every host that lacks it; a bare name lies beside the host's nova.conf",
    )
    .option('--yes', 'write without asking')
    .option('--html <file>', 'write it as one page, with the curves')
    .option('--json', 'print JSON')
    .addOption(new Option('--ssh-program <path>', 'ssh by another name').hideHelp())
    .description("why migrations were slow or failed, from Nova's logs and configuration, and what to do about it")
    .addHelpText(
      'after',
      `
Examples:
  landfall doctor /var/log/nova /etc/nova
  landfall doctor fleet/ --set live_migration_permit_auto_converge=true --write nova_override.conf
  landfall doctor --host cmp1=ssh://root@cmp1 --host cmp2=ssh://root@cmp2 --html fleet.html

Exit codes: 0 nothing to look at · 8 something was found · 6 nothing was found,
but a host or a file could not be read · 9 there was nothing to examine: no
dated line of a log, no configuration · 2 bad input`,
    )
    .action((paths: readonly string[], input: DoctorInput) =>
      runAndExit(input, terminal, () => doctorCommand(paths, input, terminal)),
    )
}

/** `landfall doctor`: reads, says what is the matter, and writes the change where that is asked for. */
async function doctorCommand(paths: readonly string[], input: DoctorInput, terminal: Terminal): Promise<ExitCode> {
  const release = input.release === undefined ? null : releaseOf(input.release)
  const guestGiB = Math.round((parseSize(input.memory) / GiB) * 100) / 100
  if (input.yes === true && input.write === undefined)
    throw bad('--yes answers --write, which is not there', 'Name the file')
  const specs = findHypervisors({
    paths,
    named: input.host ?? [],
    configs: input.configFile ?? input.configDir ?? [],
  })
  const ssh = input.sshProgram === undefined ? {} : { sshProgram: input.sshProgram }
  const progress = new ReadingProgress(terminal)
  let bytesRead = 0
  // Of small logs nothing is left that would be worth the time.
  const onStep = (): void => {
    if (bytesRead > 64 * 2 ** 20) collectGarbage()
  }
  const examination = await examine(specs, {
    release,
    guestGiB,
    onBytes: (read, known) => {
      bytesRead = read
      progress.show(read, known)
    },
    onStep,
    signal: new AbortController().signal,
    ...ssh,
  })
  progress.end()
  onStep()

  const settings = input.set?.map((text): Setting => readSetting(text, examination.release)) ?? null
  const wanted = settings === null ? null : whoLacks(examination.fleet, settings)
  if (input.html !== undefined) {
    writePage(input.html, doctorPage(examination))
    terminal.err(`written: ${input.html}`)
  }
  if (input.json !== true) show(examination, wanted, input, terminal)
  const written: WriteAnswer | null =
    input.write === undefined
      ? null
      : await writeChange(
          { file: input.write, yes: input.yes === true, quiet: input.json === true, ...ssh },
          examination,
          wanted,
          terminal,
        )
  const exitCode = exitCodeOf(examination, wanted)
  if (input.json === true) await outInPieces(terminal, jsonPieces(doctorJson(examination, wanted, written, exitCode)))
  return exitCode
}

function show(examination: Examination, wanted: Lack | null, { html, write }: DoctorInput, terminal: Terminal): void {
  // A page or a diff was asked for: those are the answer, and not two screens of text before it.
  if (html === undefined && write === undefined) {
    for (const line of renderDoctor(examination, terminal.style)) terminal.out(harmless(line))
  }
  if (wanted !== null && write === undefined)
    for (const line of renderLack(wanted, terminal.style)) terminal.out(harmless(line))
}

function exitCodeOf(examination: Examination, wanted: Lack | null): ExitCode {
  const { hosts, logs } = examination
  if (hosts.every((host) => host.unreached !== null)) return exitCodes.unreachable
  if (hasFindings(examination) || (wanted?.lack.length ?? 0) > 0) return exitCodes.findings
  // What could not be read may have had something: no all-clear.
  if (hasGaps(examination)) return exitCodes.unreachable
  const examined = wasExamined(examination)
  const undated = hosts.some(({ logFiles }) => logFiles > 0) && !examined.logs && logs.some(({ lines }) => lines > 0)
  return undated || (!examined.logs && !examined.configuration) ? exitCodes.nothingExamined : exitCodes.done
}

function releaseOf(text: string): Release {
  const release = parseRelease(text)
  if (release === null) {
    throw bad(`"${text}" is no release of Nova from Liberty to 2026.2`, 'Write zed, 26 or 2024.1')
  }
  return release
}

const bad = (message: string, next: string): LandfallError => new LandfallError('bad-config', message, { next })

/** Long reads only: a block that is redrawn on a terminal, a line for each tenth elsewhere. */
class ReadingProgress {
  readonly #terminal: Terminal
  #shown = 0
  #drawn = false

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  show(read: number, known: number): void {
    const { live } = this.#terminal
    const step = live ? 16 * 2 ** 20 : Math.max(256 * 2 ** 20, known / 10)
    if (read - this.#shown < step) return
    this.#shown = read
    const line = `reading logs: ${formatBytes(read)} of ${formatBytes(Math.max(read, known))}`
    if (live) this.#terminal.redraw([line])
    else this.#terminal.err(line)
    this.#drawn = live
  }

  end(): void {
    if (this.#drawn) this.#terminal.redraw([])
  }
}
