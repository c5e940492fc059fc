import type { ApplyTools, Change, Examination, HostMaterial, Lack } from '@landfall/doctor'
import { carryOut, changeToMake, planApply, planWrites, runOnHost, takesEffect, writeRemote } from '@landfall/doctor'
import { isAbsolute } from 'node:path'
import type { WriteAnswer } from '../../output/doctor/doctor-json.ts'
import { counted, harmless, namesInWords } from '../../output/doctor/doctor-words.ts'
import { LandfallError } from '@landfall/core'
import type { Terminal } from '../../output/terminal/terminal.ts'
import { agreed } from '../../output/terminal/agreed.ts'

export interface WriteRequest {
  readonly file: string
  readonly yes: boolean
  /** Nothing is shown or asked: the answer is JSON. */
  readonly quiet: boolean
  /** ssh by another name. */
  readonly sshProgram?: string
}

/**
 * Shows the change in every file that lacks it, and makes it once somebody said yes.
 *
 * @throws LandfallError `bad-config` where a file cannot be written; those before it are, it is not
 */
export async function writeChange(
  request: WriteRequest,
  examination: Examination,
  wanted: Lack | null,
  terminal: Terminal,
): Promise<WriteAnswer> {
  const tell = (line: string): void => {
    if (!request.quiet) terminal.out(harmless(line))
  }
  const choice = wanted === null ? changeToMake(examination.advice, examination.fleet) : null
  if (choice?.what === 'has-to-be-named') {
    tell('What is advised makes a guest stand still or depend on both hosts, so it is not written unasked. Name one:')
    for (const { change } of choice.advised) tell(`  ${asSettings(change)} --write ${request.file}`)
    return { settings: [], plan: { writes: [], unplanned: [] }, written: [] }
  }
  const advised = choice?.what === 'change' ? choice.advised : null
  const lack = wanted ?? advised?.lack ?? null
  if (lack === null) {
    tell('No change of configuration is advised: nothing is written. --set OPTION=VALUE names one.')
    return { settings: [], plan: { writes: [], unplanned: [] }, written: [] }
  }
  const settings = lack.settings.map(({ group, name, value }) => `${group}.${name}=${value}`)
  if (advised !== null && examination.changes.length > 1) {
    const names = lack.settings.map(({ name, value }) => `${name}=${value}`).join(', ')
    tell(`Of ${examination.changes.length} changes that are advised, this is ${names}; --set names another.`)
  }
  const hosts = hostsToWrite(request.file, examination, lack)
  const near = hosts.filter(({ remote }) => remote === null)
  const far = hosts.filter(({ remote }) => remote !== null)
  const plan = planWrites(request.file, near, lack.settings, examination.release)
  const tools = { run: runOver(request.sshProgram), now: () => Date.now() }
  const wish = { file: request.file, settings: lack.settings, release: examination.release, revert: false } as const
  const remote = await planApply(far, { ...wish, service: 'auto', anyService: true }, tools)
  const changing = plan.writes.filter(({ diff }) => diff.length > 0)
  const changingFar = remote.filter(({ what }) => what === 'write')
  for (const { diff, note } of changing) {
    for (const line of diff) tell(coloured(line, terminal.style))
    if (note !== null) tell(terminal.style('yellow', note))
  }
  for (const each of remote) {
    if (each.what === 'write') for (const line of each.diff) tell(coloured(line, terminal.style))
    if (each.what === 'cannot') tell(terminal.style('yellow', `${each.host} is left alone: ${each.why}`))
  }
  for (const { host, why } of plan.unplanned) tell(terminal.style('yellow', `${host} is left alone: ${why}`))
  const count = changing.length + changingFar.length
  if (count === 0) {
    const alone = plan.unplanned.length + remote.filter(({ what }) => what === 'cannot').length
    tell(alone === 0 ? `${capital(lack.sentence)}: nothing is written.` : 'Nothing is written.')
    return { settings, plan, written: [] }
  }
  const files = counted(count, 'file')
  if (!request.yes && !(await agreed(`Write ${files}? [y/N] `, request.quiet))) {
    tell(`${capital(files)} not written${process.stdin.isTTY ? '' : ': --yes writes without asking'}.`)
    return { settings, plan, written: [] }
  }
  const written: { host: string; path: string; backup: string | null }[] = []
  const done = (each: { host: string; path: string; backup: string | null }): void => {
    written.push(each)
    tell(`written: ${each.path}${each.backup === null ? '' : ` (as it was: ${each.backup})`}`)
  }
  for (const each of carryOut(plan, () => new Date())) done(each)
  for await (const each of writeRemote(far, remote, lack.settings, tools)) {
    if ('why' in each) {
      throw new LandfallError('bad-config', `${each.host} cannot be written: ${each.why}`, {
        next: 'It is as it was, and so are those behind it',
      })
    }
    done(each)
  }
  const names = namesInWords(written.map(({ host }) => host))
  tell(
    takesEffect(lack.settings, examination.release) === 'reload'
      ? `Reload nova-compute on ${names} (SIGHUP).`
      : `Restart nova-compute on ${names}, while no migration runs there: options are read at its start.`,
  )
  return { settings, plan, written }
}

const runOver =
  (sshProgram: string | undefined): ApplyTools['run'] =>
  (target, script) =>
    runOnHost(target, script, new AbortController().signal, sshProgram)

/** `--set live_migration_permit_post_copy=true --set ...` */
const asSettings = ({ options }: Change): string => options.map(({ name, value }) => `--set ${name}=${value}`).join(' ')

/** Those that lack it; of a host whose configuration is not known, only a file that is named whole. */
function hostsToWrite(file: string, { hosts, unconfigured }: Examination, lack: Lack): readonly HostMaterial[] {
  const lacking = new Set(lack.lack.map(({ host }) => host))
  const chosen = hosts.filter(({ host }) => lacking.has(host) || (isAbsolute(file) && unconfigured.includes(host)))
  if (chosen.length === 0 && lack.have.length === 0) {
    throw new LandfallError('bad-config', `the configuration of ${namesInWords(unconfigured)} is not known`, {
      next: "Name the folder of the host's nova.conf too, or the file to write with its whole path",
    })
  }
  return chosen
}

function coloured(line: string, style: Terminal['style']): string {
  if (/^(?:---|\+\+\+|@@)/.test(line)) return style('bold', line)
  if (line.startsWith('+')) return style('green', line)
  return line.startsWith('-') ? style('red', line) : line
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
