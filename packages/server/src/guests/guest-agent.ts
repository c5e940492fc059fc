import type { Domain } from '@landfall/libvirt'
import { LibvirtClientError, LibvirtError } from '@landfall/libvirt'
import type { Clock } from '../clock.ts'

/** libvirt waits so long for the agent; a second is plenty for one that lives. */
const answerSeconds = 1

/** Whether an agent inside the guest answers now. A guest without one answers nothing. */
export async function agentAnswers(domain: Domain): Promise<boolean> {
  try {
    await domain.qemuAgentCommand({ execute: 'guest-ping' }, answerSeconds)
    return true
  } catch (error) {
    if (error instanceof LibvirtError || error instanceof LibvirtClientError) return false
    throw error
  }
}

const pollMs = 200
/** How long an agent that answered before may take to answer again; nothing depends on it but what is known of the boot. */
const bootLimitMs = 300_000

export type Booted =
  | { readonly kind: 'answers' | 'silent'; readonly afterMs: number }
  /** The guest does not run any more. */
  | { readonly kind: 'gone'; readonly state: string }

/** Waits until a guest that was just started has booted, as far as its agent tells, or until nobody wants to wait longer. */
export async function waitForAgent(find: () => Promise<Domain>, clock: Clock, enough: () => boolean): Promise<Booted> {
  const beganAt = clock.now()
  while (clock.now() - beganAt < bootLimitMs && !enough()) {
    const domain = await find()
    if (await agentAnswers(domain)) return { kind: 'answers', afterMs: clock.now() - beganAt }
    const { state } = await domain.getState()
    if (state !== 'running') return { kind: 'gone', state }
    await clock.sleep(pollMs)
  }
  return { kind: 'silent', afterMs: clock.now() - beganAt }
}
