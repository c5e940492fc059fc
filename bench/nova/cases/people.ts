import { inHub, monotonicNowMs } from '@landfall/lab'
import type { Case, Shown } from '../case.ts'
import { busy, calm, fast, nothingArmed, postCopy, slow } from '../case.ts'
import { end, landfall, showsCopying } from '../command.ts'
import type { Running } from '../command.ts'
import type { Instance } from '../instance.ts'
import { newest, outcome, reached, until } from '../instance.ts'

/** The unmodified client, as an administrator types it. */
const openstack = ({ lab }: Instance, command: string): Promise<string> =>
  inHub(lab, ['sh', '-c', `. /root/openrc; openstack ${command} 2>&1`])

/** Landfall beside the cloud, while that is done. */
async function beside<T>(
  hostsFile: string,
  options: readonly string[],
  act: (steer: Running) => Promise<T>,
): Promise<T> {
  const steer = landfall(hostsFile, ['steer', '--json', ...options])
  await until(() => Promise.resolve(steer.told().includes('Ctrl-C')), 60_000)
  try {
    return await act(steer)
  } finally {
    await end(steer)
  }
}

/** A person's word, given when libvirt copies or Nova is in that state. */
async function aPersonSays(
  of: Instance,
  hostsFile: string,
  how: { at: string; command: string; expected: string },
): Promise<Shown> {
  const before = await newest(of)
  const since = monotonicNowMs()
  return beside(hostsFile, ['--max-pause', '300ms', '--post-copy', 'never'], async (steer) => {
    await openstack(of, `server migrate --live-migration --host ${of.to} ${of.id}`)
    const record = await reached(of, before, how.at)
    await until(() => Promise.resolve(showsCopying(steer)), 60_000)
    const said = await openstack(of, `server migration ${how.command} ${of.id} ${record?.id ?? ''}`)
    const after = await outcome(of, since)
    const host = how.expected === 'completed' ? of.to : of.from
    const isEnd = how.expected === 'completed' ? after.record === 'completed' : after.record !== 'completed'
    return {
      asExpected: isEnd && after.right && after.novaHost === host,
      words: `Nova ${after.record}, ${after.status} on ${after.novaHost}, libvirt ${after.runsOn.join()}`,
      figures: { said, after, told: steer.told(), printed: steer.printed() },
    }
  })
}

export const people: Readonly<Record<string, Case>> = {
  client: {
    what: '“openstack server migrate --live-migration --wait” with landfall steer --max-pause 10s beside it',
    guest: busy,
    options: nothingArmed,
    link: fast,
    run: (of, hostsFile) =>
      beside(hostsFile, ['--max-pause', '10s'], async (steer) => {
        const since = monotonicNowMs()
        const said = await openstack(of, `server migrate --live-migration --wait --host ${of.to} ${of.id}`)
        const after = await outcome(of, since)
        return {
          asExpected: after.right && after.record === 'completed' && after.novaHost === of.to,
          words: `client said “${said.trim().split('\n').at(-1) ?? ''}”; Nova ${after.record}, ${after.status} on ${after.novaHost}, stall ${(after.longestStallMs / 1000).toFixed(1)} s`,
          figures: { said, after, told: steer.told(), printed: steer.printed() },
        }
      }),
  },
  'person-aborts': {
    what: '“openstack server migration abort” of one that is steered',
    guest: calm,
    options: nothingArmed,
    link: slow,
    run: (of, hostsFile) => aPersonSays(of, hostsFile, { at: 'running', command: 'abort', expected: 'cancelled' }),
  },
  'person-completes': {
    what: '“openstack server migration force complete” of one that is steered (and whose intent forbids post-copy)',
    guest: calm,
    options: postCopy,
    link: slow,
    run: (of, hostsFile) =>
      aPersonSays(of, hostsFile, { at: 'running', command: 'force complete', expected: 'completed' }),
  },
  'landfall-aborts': {
    what: '“landfall abort” of a migration that Nova began and nobody steers',
    guest: calm,
    options: nothingArmed,
    link: slow,
    run: async (of, hostsFile) => {
      const before = await newest(of)
      const since = monotonicNowMs()
      await of.cloud.compute.actions.liveMigrate(of.id, { host: of.to })
      await reached(of, before, 'running')
      const abort = landfall(hostsFile, ['abort', of.id])
      const exitCode = await abort.ended
      const after = await outcome(of, since)
      const actions = await of.cloud.compute.instanceActions.list(of.id)
      const byNova = actions.some(({ name }) => name === 'live_migration_cancel')
      return {
        asExpected: exitCode === 0 && byNova && after.right && after.novaHost === of.from,
        words: `exit code ${exitCode}; ${byNova ? 'through' : 'not through'} Nova’s API; Nova ${after.record}, ${after.status} on ${after.novaHost}`,
        figures: { exitCode, actions, after, told: abort.told() + abort.printed() },
      }
    },
  },
}
