import { hub } from '../guests/volumes.ts'
import { runInside } from '../hosts/virsh.ts'
import { requireState } from '../state.ts'
import { novaApi, rabbitmq } from './control.ts'
import { ports } from './control-files.ts'
import { apiAnswers, startDaemon, stopDaemon } from './daemons.ts'

/** What of the control plane can be stopped and started again: Nova's API, and the message broker. */
export type HubService = 'nova' | 'rabbitmq'

/** Runs any command where the laboratory's control plane runs. */
export const inHub = (lab: string, command: readonly string[]): Promise<string> =>
  runInside(hub(requireState(lab)), command, { deadlineMs: 600_000 })

/** Ends it, and nothing else. */
export const stopHubService = (lab: string, service: HubService, signal: 'TERM' | 'KILL' = 'TERM'): Promise<void> =>
  stopDaemon(hub(requireState(lab)), service, signal)

/** Starts one that was stopped; Nova's API answers when this returns, the broker may not yet. */
export async function startHubService(lab: string, service: HubService): Promise<void> {
  const state = requireState(lab)
  const place = hub(state)
  const { hubAddress } = state.network
  if (service === 'rabbitmq') return startDaemon(place, service, rabbitmq)
  await startDaemon(place, service, novaApi(hubAddress))
  const url = `http://${hubAddress}:${ports.nova}/v2.1/`
  await apiAnswers({ place, name: service, url, deadlineMs: 120_000, signal: undefined })
}
