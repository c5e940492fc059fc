import type { Domain } from '@landfall/libvirt'
import { DomainXmlEditor, DomainXmlFlag } from '@landfall/libvirt'
import type { Clock } from '../../clock.ts'
import type { HostSession } from '../../hosts/host-session.ts'
import type { MigrationRecord } from '../../store/story/record.ts'
import { keptMarkOf, keptNamespace, removeKeptMark, writeKeptMark } from '../../guests/kept-mark.ts'
import { viewOf } from '../../guests/host-view.ts'
import { missingVolume } from './reachable-volumes.ts'
import type { ColdFacts } from '@landfall/core'
import { undefineFlags } from './undefine-flags.ts'

const othersWithinMs = 2000
const lookAgainMs = 200

/** The hands of a cold migration: what is asked of its two hosts, each call safe to be made twice. */
export class ColdHosts {
  readonly #record: MigrationRecord
  readonly #source: HostSession
  readonly #destination: HostSession
  readonly #others: readonly HostSession[]

  /** @param others every host in use, which may run the guest by now */
  constructor(record: MigrationRecord, source: HostSession, destination: HostSession, others: readonly HostSession[]) {
    this.#record = record
    this.#source = source
    this.#destination = destination
    this.#others = others
  }

  async look(): Promise<Omit<ColdFacts, 'shutdownAsked'>> {
    const { guest, cold } = this.#record
    const [source, destination] = await Promise.all([
      viewOf(this.#source, guest.uuid),
      viewOf(this.#destination, guest.uuid),
    ])
    const reverts = (cold?.revertOf ?? null) !== null
    try {
      const isHere = source.kind === 'present' && (source.state === 'shutoff' || source.state === 'running')
      const { marked, guarded } = isHere ? await this.#marks() : { marked: false, guarded: false }
      const goesOnAs = source.kind === 'present' && source.state === 'shutoff' ? await this.#goesOnAs(source) : null
      const destinationKept =
        destination.kind === 'present' && destination.state === 'shutoff' && (await this.#isKeptThere())
      return { source, destination, marked, guarded, goesOnAs, destinationKept, reverts }
    } catch (error) {
      // It answered a moment ago, and does not now.
      const why = error instanceof Error ? error.message : String(error)
      const nothing = { marked: false, guarded: false, goesOnAs: null, destinationKept: false } as const
      return { source: { kind: 'unreachable', why }, destination, ...nothing, reverts }
    }
  }

  here(): Promise<Domain> {
    return this.#find(this.#source)
  }

  there(): Promise<Domain> {
    return this.#find(this.#destination)
  }

  /** The mark first: it remembers whether the guest started with its host. */
  async guard(at: string): Promise<void> {
    const { id, source: from, destination: to } = this.#record
    const domain = await this.here()
    const before = await keptMarkOf(domain, from)
    if (before?.migration !== id) {
      await writeKeptMark(domain, { migration: id, from, to, at, autostart: await domain.getAutostart() })
    }
    await domain.setAutostart(false)
  }

  /** @returns what keeps the guest from being started there; null when nothing does */
  async define(): Promise<string | null> {
    const xml = await (await this.here()).getXMLDesc(DomainXmlFlag.INACTIVE | DomainXmlFlag.SECURE)
    // There it is the guest's own definition.
    const unmarked = new DomainXmlEditor(xml).setMetadata(keptNamespace, undefined).toString()
    await (await this.#destination.connection()).domainDefineXML(unmarked)
    return this.missingVolume()
  }

  async restore(): Promise<string | null> {
    await removeKeptMark(await this.there())
    return this.missingVolume()
  }

  async missingVolume(): Promise<string | null> {
    return missingVolume(await this.there(), this.#record.destination)
  }

  /** It runs there: it starts with that host from now on, where it did with its former one. */
  async handOver(): Promise<void> {
    const { source, cold } = this.#record
    const mark = cold?.revertOf ?? (await keptMarkOf(await this.here(), source))
    if (mark?.autostart === true) await (await this.there()).setAutostart(true)
  }

  /** The last lasting definition is not removed: a guest that somebody moved there without one would be gone with its next stop. */
  async undefineHere(): Promise<void> {
    if (!(await (await this.there()).isPersistent()))
      throw new Error(`it runs on ${this.#record.destination} without a definition: define it there first`)
    await (await this.here()).undefineFlags(undefineFlags)
  }

  /** Of the source and the destination; one that is silent is waited for that long. */
  async answersOfBoth(withinMs: number, clock: Clock): Promise<Pick<ColdFacts, 'source' | 'destination'>> {
    const since = clock.now()
    for (;;) {
      const facts = await this.look()
      const answered = facts.source.kind !== 'unreachable' && facts.destination.kind !== 'unreachable'
      if (answered || clock.now() - since > withinMs) return facts
      await clock.sleep(lookAgainMs)
    }
  }

  /** Which of the others runs the guest, as far as they answer; null where none says so. */
  async activeElsewhere(clock: Pick<Clock, 'sleep'>): Promise<string | null> {
    const { guest, source, destination } = this.#record
    const others = this.#others.filter(
      ({ isOpen, host }) => isOpen && host.name !== source && host.name !== destination,
    )
    const asked = Promise.all(
      others.map(async (session) => {
        const isActive = await session
          .find(guest.uuid)
          .then((domain) => domain?.isActive() ?? false)
          .catch(() => false)
        return isActive ? session.host.name : null
      }),
    )
    // Nobody is kept waiting by a host that has just fallen silent: the guest is shut off meanwhile.
    const answers = await Promise.race([asked, clock.sleep(othersWithinMs).then(() => [])])
    return answers.find((name) => name !== null) ?? null
  }

  /** Puts the destination back as it was. Only for one that is known not to run the guest. */
  async takeBack(): Promise<void> {
    const { cold, destination, guest } = this.#record
    const found = await this.#destination.find(guest.uuid)
    if (found === null) return
    // One that runs would go on without a definition.
    if (await found.isActive()) throw new Error(`${destination} runs ${guest.name} by now`)
    if (cold !== undefined && cold.revertOf !== null) {
      await writeKeptMark(found, cold.revertOf)
      await found.setAutostart(false)
    } else if ((await keptMarkOf(found, destination)) === null) await found.undefineFlags(undefineFlags)
  }

  /**
   * Starts it on the source as it was before. The mark goes last but one: until then it remembers what was.
   *
   * @param assertOurs throws where the guest is not ours to start any more: another driver may have moved it on while this one was frozen
   */
  async startHere(assertOurs: () => Promise<void>): Promise<void> {
    const domain = await this.here()
    const active = await domain.isActive()
    const mark = await keptMarkOf(domain, this.#record.source)
    // Of one that somebody has started meanwhile only our own mark is ours to remove.
    const isOurs = mark !== null && (!active || mark.migration === this.#record.id)
    if (!active) await assertOurs()
    if (isOurs && mark.autostart) await domain.setAutostart(true)
    if (isOurs) await removeKeptMark(domain)
    if (active) return
    await assertOurs()
    await domain.create()
  }

  /** Somebody has started it here again: the destination is put back as it was, and the guest starts with its host as it did. */
  async staysHere(assertOurs: () => Promise<void>): Promise<void> {
    await this.takeBack()
    await this.startHere(assertOurs)
  }

  async #marks(): Promise<Pick<ColdFacts, 'marked' | 'guarded'>> {
    const domain = await this.here()
    const marked = (await keptMarkOf(domain, this.#record.source))?.migration === this.#record.id
    return { marked, guarded: marked && !(await domain.getAutostart()) }
  }

  /** A daemon that was started since says no more why it is off; a file of its memory stays. */
  async #goesOnAs({ reason }: { readonly reason: string }): Promise<ColdFacts['goesOnAs']> {
    if (reason === 'migrated') return 'moved-away'
    if (await (await this.here()).hasManagedSaveImage()) return 'saved'
    return reason === 'saved' ? 'saved-to-file' : null
  }

  async #isKeptThere(): Promise<boolean> {
    return (await keptMarkOf(await this.there(), this.#record.destination)) !== null
  }

  async #find(session: HostSession): Promise<Domain> {
    return (await session.connection()).domainLookupByUUID(this.#record.guest.uuid)
  }
}
