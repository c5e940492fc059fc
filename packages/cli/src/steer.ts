import type { ExitCode, FoundMigration, WantedIntent } from '@landfall/api'
import { exitCodes } from '@landfall/api'
import { besideNova, findHosts, Landfall, measureBeforeCopies, openNova, openStore } from '@landfall/server'
import type { HostOptions } from './context.ts'
import { hostSources, storePlace } from './context.ts'
import { errorWords, showError } from './error-exit.ts'
import { laboratoryMeter } from './laboratory.ts'
import { reportJson } from './output/next-action.ts'
import { ProgressView } from './output/progress/progress-view.ts'
import { renderReport } from './output/report/render-report.ts'
import type { Terminal } from './output/terminal/terminal.ts'

export interface SteerOptions extends Omit<HostOptions, 'server'> {
  readonly observe?: boolean
  readonly json?: boolean
}

/** Steers, or observes, the live migrations that Nova starts on these hosts, until it is told to stop. */
export async function steerNovas(options: SteerOptions, wanted: WantedIntent, terminal: Terminal): Promise<ExitCode> {
  const { hosts, intent, origin, openStack } = await findHosts(hostSources(options))
  await using store = openStore(storePlace())
  const nova = openNova(openStack, process.env)
  const meter = await laboratoryMeter(hosts)
  await using landfall = new Landfall({ hosts, intent, store, meter, nova, environment: process.env })
  // Without its cloud nothing of Nova's is steered: that is said now, and not when it matters.
  if (options.observe !== true) await nova()
  const stopped = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopped.abort())
  const names = hosts.map(({ name }) => name).join(', ')
  const does = options.observe === true ? 'observing' : 'steering'
  terminal.err(terminal.style('dim', `${does} Nova's live migrations from ${names} (from ${origin}); Ctrl-C ends it`))
  const follow = async (found: FoundMigration): Promise<void> => {
    const { id, guest, source, destination, role } = found
    const said = prefixed(terminal, guest)
    said.err(`${source} → ${destination}; ${role.hands === 'on' ? 'Nova’s: steered from here' : 'observed'}`)
    const view = new ProgressView(said)
    for await (const { update } of landfall.updates(id, { signal: stopped.signal })) {
      view.show(update)
      if (update.kind !== 'ended') continue
      if (options.json === true) terminal.out(JSON.stringify(reportJson(update.report)))
      else for (const line of renderReport(update.report, terminal.style)) terminal.out(line)
    }
  }
  if (options.observe !== true)
    void measureBeforeCopies(
      {
        changed: async (since) => (await nova()).liveSince(since),
        measure: (uuid) => landfall.measureBefore(uuid, () => Promise.resolve(true)),
        onFailed: (guest, error) => complain(terminal, guest, error),
      },
      stopped.signal,
    )
  await besideNova(
    {
      migrating: () => landfall.novasMigrating(),
      watch: (guest, how) => landfall.watch(guest, how),
      isSteered: () => Promise.resolve(options.observe !== true),
      wanted,
      onFound: (found) => void follow(found).catch((error: unknown) => complain(terminal, found.guest, error)),
      onFailed: (guest, error) => complain(terminal, guest, error),
    },
    stopped.signal,
  )
  // What is under way goes on by itself, and the next one takes it up.
  process.exit(exitCodes.done)
}

function complain(terminal: Terminal, guest: string, error: unknown): void {
  terminal.err(`${guest}: ${errorWords(showError(error))}`)
}

/** Several at once tell by turns: each line says of whom it is, and nothing is redrawn. */
const prefixed = (terminal: Terminal, guest: string): Terminal => ({
  ...terminal,
  live: false,
  err: (line) => terminal.err(`${guest}  ${line}`),
  redraw: () => undefined,
  settle: () => undefined,
})
