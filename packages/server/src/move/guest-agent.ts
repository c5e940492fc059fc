import type { Domain } from '@landfall/libvirt'
import { LibvirtClientError, LibvirtError } from '@landfall/libvirt'

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
