import type { Clock } from '../clock.ts'
import type { Answered, PermittedAct } from '../http/app.ts'
import type { AuditedAct, AuditStore } from '../store/audit.ts'

export interface AuditTrailOptions {
  readonly audit: Pick<AuditStore, 'add'>
  readonly clock: Clock
  /** Of an act that the trail does not have; its log has it then. */
  readonly onMissed: (act: AuditedAct, error: unknown) => void
}

/** An abort must not wait long for a store that is away. */
const patienceMs = 1000

/** Who did what: a line before it is done, and one with its outcome. */
export class AuditTrail {
  readonly #options: AuditTrailOptions

  constructor(options: AuditTrailOptions) {
    this.#options = options
  }

  /** Resolves when it is written, or when the store takes too long: it is written later then. */
  async before(act: PermittedAct): Promise<void> {
    const written = new AbortController()
    const adding = this.#add(act, null).finally(() => written.abort())
    await Promise.race([adding, this.#options.clock.sleep(patienceMs, written.signal)])
  }

  /**
   * Writes the outcome of what was to change something. What a stranger sends, or anybody too often, is in the log alone: a trail that
   * only grows is nothing to be filled by it.
   */
  async after({ caller, isAdmitted, status, ...act }: Answered): Promise<void> {
    if (act.method === 'GET' || act.method === 'HEAD' || caller === null || !isAdmitted) return
    await this.#add({ ...act, caller }, status)
  }

  async #add({ caller, requestId, method, path, target }: PermittedAct, status: number | null): Promise<void> {
    const { audit, clock, onMissed } = this.#options
    const act = { at: clock.now(), caller, requestId, method, path: path.slice(0, 300), target, status }
    await audit.add(act).catch((error: unknown) => onMissed(act, error))
  }
}
