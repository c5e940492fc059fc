import type { ExitCode, Scope } from '@landfall/api'
import { exitCodes, scopes } from '@landfall/api'
import { InputError, LandfallError, parseDuration } from '@landfall/core'
import type { Command } from 'commander'
import { Option } from 'commander'
import type { Administration } from '../../administer.ts'
import { checkedConfiguration } from '../../administer.ts'
import type { HostOptions } from '../../context.ts'
import { table } from '../../output/terminal/table.ts'
import type { Terminal } from '../../output/terminal/terminal.ts'
import { outTaken } from '../../output/terminal/terminal.ts'
import { runAndExit } from '../run-command.ts'
import { runOnStore } from './run-on-store.ts'

interface TokenOptions {
  readonly scope: Scope
  readonly expires?: string
  readonly json?: boolean
}

interface JsonOption {
  readonly json?: boolean
}

/** `landfall serve`, and what administers a service. */
export function addServiceCommands(
  root: Command,
  terminal: Terminal,
  withHosts: (command: Command) => Command,
  version: string,
): void {
  withHosts(root.command('serve'))
    .description('the service: migrations are asked for, driven and reported over HTTP; see docs/operate.md')
    .action((options: HostOptions) =>
      runAndExit({}, terminal, async () => {
        // No other command waits for what an HTTP server needs to be loaded.
        const { serve } = await import('../../serve.ts')
        await serve(options, version)
        // What is under way holds connections of its own: with the process its leases go, and the next one may steer.
        process.exit(exitCodes.done)
      }),
    )

  const token = root.command('token').description('who may ask the service')
  token
    .command('create')
    .argument('<name>', 'what it is for, e.g. "ci"')
    .addOption(
      new Option('--scope <scope>', 'what it permits; each includes those before it').choices(scopes).default('read'),
    )
    .option('--expires <duration>', 'how long it is good for, e.g. 720h (default: it does not expire)')
    .option('--json', 'print JSON')
    .description('make a token, and show it once')
    .action((name: string, options: TokenOptions) =>
      runOnStore(options, terminal, (store) => createToken(store, name, options, terminal)),
    )
  token
    .command('list')
    .option('--json', 'print JSON')
    .description('the tokens there are; their texts are kept nowhere')
    .action((options: JsonOption) => runOnStore(options, terminal, (store) => listTokens(store, options, terminal)))
  token
    .command('revoke')
    .argument('<name>', 'its name')
    .description('take a token back; requests with it are refused from then on')
    .action((name: string) => runOnStore({}, terminal, (store) => revokeToken(store, name, terminal)))

  root
    .command('config')
    .description('the configuration file')
    .command('check')
    .argument('[file]', 'the file; unless named, the one that would be used')
    .description(
      'read it as the service does, with the certificates and ssh keys that it names, and say what is wrong with its line',
    )
    .action((file: string | undefined) => runAndExit({}, terminal, () => checkConfiguration(file, terminal)))

  root
    .command('audit')
    .option('--json', 'print JSON')
    .description(
      'who did what by the service or to its store, and whether that was changed since: exit code 7 where it was',
    )
    .action((options: JsonOption) => runOnStore(options, terminal, (store) => showTrail(store, options, terminal)))
}

async function checkConfiguration(file: string | undefined, terminal: Terminal): Promise<ExitCode> {
  const { hosts, origin, server, certificates, keys, store, notify } = await checkedConfiguration(file)
  const { host, port } = server.listen
  const counted = hosts.length === 1 ? '1 host' : `${hosts.length} hosts`
  terminal.out(`${origin}: ${counted} (${hosts.map(({ name }) => name).join(', ')}); served on ${host}:${port}`)
  terminal.out(`state: ${store}`)
  const told = [...(notify?.webhooks ?? []), ...(notify?.commands ?? [])]
  if (told.length > 0) terminal.out(`migrations are told to: ${told.map(({ name }) => name).join(', ')}`)
  for (const { usedFor, path, verdict } of certificates)
    if (verdict.kind === 'good')
      terminal.out(`certificate of ${usedFor}: ${path}, good until ${new Date(verdict.expiresAt).toISOString()}`)
    else terminal.err(`certificate of ${usedFor}: ${path}: ${verdict.why}`)
  for (const { usedFor, path, why } of keys)
    if (why === null) terminal.out(`ssh key of ${usedFor}: ${path}`)
    else terminal.err(`ssh key of ${usedFor}: ${path}: ${why}`)
  const isGood = certificates.every(({ verdict }) => verdict.kind === 'good') && keys.every(({ why }) => why === null)
  return isGood ? exitCodes.done : exitCodes.badInput
}

/** What somebody sent must not draw on a terminal. */
const printable = (text: string): string => text.replaceAll(/\p{Cc}/gu, '?')

async function createToken(
  store: Administration,
  name: string,
  { scope, expires, json }: TokenOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  if (!/^[\w.@-]{1,100}$/.test(name)) {
    throw new LandfallError('bad-config', 'the name of a token has 1 to 100 letters, digits and . _ @ -', {
      next: 'Write one like ci',
    })
  }
  const expiresAt = expires === undefined ? null : endOf(expires, Date.now())
  const text = await store.createToken({ name, scope, expiresAt })
  const made = { name, scope, expiresAt: isoOrNever(expiresAt), token: text }
  if (!(await outTaken(terminal, json === true ? JSON.stringify(made) : text))) {
    // Its text is nowhere: nobody could use it, and its name would be taken.
    await store.revokeToken(name)
    terminal.err('landfall: the token could not be shown, and is taken back. Make it where its output can be written.')
    return exitCodes.internal
  }
  if (json !== true)
    terminal.err(`may ${scope}; it is shown this once. Use it with LANDFALL_TOKEN, or LANDFALL_TOKEN_FILE`)
  return exitCodes.done
}

/** No date is later, and nothing that lists a token with a later end could show it. */
const lastDate = 8.64e15

/** @throws InputError `bad-duration` */
function endOf(expires: string, now: number): number {
  const endsAt = now + parseDuration(expires)
  if (endsAt > now && endsAt <= lastDate) return endsAt
  throw new InputError('bad-duration', `a token cannot be good for ${expires}`, {
    next: 'Write a duration like 720h, or leave --expires out for one that does not expire',
  })
}

const isoOrNever = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

async function listTokens(store: Administration, { json }: JsonOption, terminal: Terminal): Promise<ExitCode> {
  const tokens = (await store.tokens()).map(({ name, scope, createdAt, expiresAt }) => ({
    name,
    scope,
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: isoOrNever(expiresAt),
  }))
  if (json === true) terminal.out(JSON.stringify(tokens))
  else {
    const rows = tokens.map((each) => [each.name, each.scope, each.createdAt, each.expiresAt ?? 'never'])
    const titles = ['name', 'scope', 'made', 'expires'].map((title) => ({ title }))
    for (const line of table(titles, rows)) terminal.out(line)
  }
  return exitCodes.done
}

async function revokeToken(store: Administration, name: string, terminal: Terminal): Promise<ExitCode> {
  await store.revokeToken(name)
  terminal.out(`revoked: ${name}`)
  return exitCodes.done
}

async function showTrail(store: Administration, { json }: JsonOption, terminal: Terminal): Promise<ExitCode> {
  const { entries, broken } = await store.trail()
  if (json === true) terminal.out(JSON.stringify({ whole: broken === null, brokenAt: broken?.seq ?? null, entries }))
  else {
    const rows = entries.map(({ seq, act }) => [
      String(seq),
      new Date(act.at).toISOString(),
      act.caller,
      act.method,
      printable(act.path),
      printable(act.target ?? ''),
      act.status === null ? 'asked' : String(act.status),
    ])
    const titles = ['#', 'when', 'who', 'method', 'path', 'about', 'status'].map((title) => ({ title }))
    for (const line of table(titles, rows)) terminal.out(line)
    const last = entries.at(-1)
    terminal.err(
      broken === null
        ? `whole: ${entries.length} lines${last === undefined ? '' : `; the last hash is ${last.hash}`}`
        : `changed since it was written: line ${broken.seq} does not follow from the one before it`,
    )
  }
  return broken === null ? exitCodes.done : exitCodes.needsAttention
}
