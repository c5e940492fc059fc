import { OpenStackClientError, OpenStackError } from '@landfall/openstack'
import { LabError } from '../errors.ts'
import { hub } from '../guests/volumes.ts'
import { runInside } from '../hosts/virsh.ts'
import { waitFor } from '../machine/wait.ts'
import type { WorkOptions } from '../root/root.ts'
import { requireHost, requireState } from '../state.ts'
import type { HostState, LabState } from '../state.ts'
import { cloudOf, openCloud } from './cloud.ts'
import { optionsFile } from './compute-files.ts'
import type { NovaOptions } from './compute-files.ts'
import { endOfLog, startDaemon, stopDaemon } from './daemons.ts'
import { guestsFolder } from './instance-guest.ts'
import { iniText } from './ini.ts'

const service = 'nova-compute'

/** One for all hosts: a cold migration copies over ssh. */
const makeKey =
  'mkdir -p /root/.ssh && ssh-keygen -q -t ed25519 -N "" -f /root/.ssh/id_ed25519 && cat /root/.ssh/id_ed25519'
const startSshd = `
set -eu
umask 077
mkdir -p /root/.ssh /run/sshd /var/lib/nova/instances /var/lib/nova/lock
cat >/root/.ssh/id_ed25519
ssh-keygen -y -f /root/.ssh/id_ed25519 >/root/.ssh/authorized_keys
printf 'Host *\\n StrictHostKeyChecking no\\n UserKnownHostsFile /dev/null\\n LogLevel ERROR\\n' >/root/.ssh/config
ssh-keygen -A >/dev/null
umask 022
/usr/sbin/sshd
`

async function startCompute(state: LabState, host: HostState): Promise<void> {
  const program = ['python3', '/opt/landfall/nova-compute.py', guestsFolder(state.name)]
  await startDaemon(host, service, [...program, '--config-file', '/etc/nova/nova.conf', '--config-file', optionsFile])
}

/** Starts a nova-compute on every host; returns when the scheduler knows them all. */
export async function startComputes(state: LabState, { progress, signal }: WorkOptions): Promise<void> {
  const key = await runInside(hub(state), ['sh', '-c', makeKey])
  await Promise.all(
    state.hosts.map(async (host) => {
      await runInside(host, ['sh', '-c', startSshd], { input: key })
      await startCompute(state, host)
    }),
  )
  progress('waiting for nova-compute on every host')
  await computesUp(state, signal)
}

/** A control plane that has just started refuses and stalls now and then; what it cannot say yet is asked again. */
function whileItStarts(error: unknown): [] {
  if (error instanceof OpenStackError && error.status >= 500) return []
  if (error instanceof OpenStackClientError && error.code === 'OPENSTACK_TIMEOUT') return []
  throw error
}

async function computesUp(state: LabState, signal: AbortSignal | undefined): Promise<void> {
  const { compute } = await cloudOf(state)
  const allUp = async (): Promise<boolean> => {
    const hypervisors = await compute.hypervisors.list().catch(whileItStarts)
    return state.hosts.every(({ name }) => hypervisors.some(({ host, up }) => host === name && up))
  }
  try {
    await waitFor('every nova-compute', allUp, { deadlineMs: 600_000, intervalMs: 1000, signal })
  } catch (cause) {
    if (!(cause instanceof LabError)) throw cause
    const ends = await Promise.all(state.hosts.map(async (host) => `${host.name}: ${await endOfLog(host, service)}`))
    throw new LabError('nova-not-up', `nova-compute does not come up: ${ends.join(' · ')}`, { cause })
  }
}

/** Ends a host's nova-compute, and nothing else: guests and migrations of QEMU go on without it. */
export async function stopNovaCompute(lab: string, host: string, signal: 'TERM' | 'KILL' = 'TERM'): Promise<void> {
  await stopDaemon(requireHost(requireState(lab), host), service, signal)
}

/** Starts one that was stopped; returns when Nova counts it as up. */
export async function startNovaCompute(lab: string, host: string): Promise<void> {
  const state = requireState(lab)
  const startedAt = new Date()
  await startCompute(state, requireHost(state, host))
  const { compute } = await openCloud(lab)
  await waitFor(
    `nova-compute of ${host}`,
    async () => {
      const [found] = await compute.services.list({ host, binary: service }).catch(whileItStarts)
      return found?.up === true && found.updatedAt !== null && found.updatedAt > startedAt
    },
    { deadlineMs: 120_000, intervalMs: 1000 },
  )
}

/** Gives every nova-compute these options, in place of those that it was given before, and starts it again. */
export async function configureNova(lab: string, options: NovaOptions): Promise<void> {
  const state = requireState(lab)
  await Promise.all(
    state.hosts.map(async ({ name }) => {
      const host = requireHost(state, name)
      await stopNovaCompute(lab, name)
      await runInside(host, ['sh', '-c', 'cat >"$1"', 'sh', optionsFile], { input: iniText(options) })
      await startNovaCompute(lab, name)
    }),
  )
}
