import type { Domain } from '@landfall/libvirt'
import { DomainXmlEditor, DomainXmlFlag } from '@landfall/libvirt'
import type { HostSession } from '../../hosts/host-session.ts'
import type { MigrationRecord } from '../../store/story/record.ts'
import { keptMarkOf, keptNamespace, removeKeptMark, writeKeptMark } from '../../guests/kept-mark.ts'
import { viewOf } from '../../guests/host-view.ts'
import { missingVolume } from './reachable-volumes.ts'
import type { ColdFacts } from '@landfall/core'
import { undefineFlags } from './undefine-flags.ts'

/** The hands of a cold migration: what is asked of its two hosts, each call safe to be made twice. */
export class ColdHosts {
  readonly #record: MigrationRecord
  readonly #source: HostSession
  readonly #destination: HostSession

  constructor(record: MigrationRecord, source: HostSession, destination: HostSession) {
    this.#record = record
    this.#source = source
    this.#destination = destination
  }

  async look(): Promise<Omit<ColdFacts, 'shutdownAsked'>> {
    const { guest, cold } = this.#record
    const [source, destination] = await Promise.all([
      viewOf(this.#source, guest.uuid),
      viewOf(this.#destination, guest.uuid),
    ])
    const reverts = (cold?.revertOf ?? null) !== null
    try {
      const guarded = source.kind === 'present' && source.state === 'shutoff' && (await this.#isGuarded())
      const destinationKept =
        destination.kind === 'present' && destination.state === 'shutoff' && (await this.#isKeptThere())
      return { source, destination, guarded, destinationKept, reverts }
    } catch (error) {
      // It answered a moment ago, and does not now.
      const why = error instanceof Error ? error.message : String(error)
      return { source: { kind: 'unreachable', why }, destination, guarded: false, destinationKept: false, reverts }
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

  async undefineHere(): Promise<void> {
    await (await this.here()).undefineFlags(undefineFlags)
  }

  /** Puts the destination back as it was. Only for one that is known not to run the guest. */
  async takeBack(): Promise<void> {
    const { cold, destination, guest } = this.#record
    const found = await this.#destination.find(guest.uuid)
    if (found === null) return
    if (cold !== undefined && cold.revertOf !== null) {
      await writeKeptMark(found, cold.revertOf)
      await found.setAutostart(false)
    } else if ((await keptMarkOf(found, destination)) === null) await found.undefineFlags(undefineFlags)
  }

  /** Starts it on the source as it was before. The mark goes last but one: until then it remembers what was. */
  async startHere(): Promise<void> {
    const domain = await this.here()
    const active = await domain.isActive()
    const mark = active ? null : await keptMarkOf(domain, this.#record.source)
    if (mark?.autostart === true) await domain.setAutostart(true)
    if (mark !== null) await removeKeptMark(domain)
    if (!active) await domain.create()
  }

  async #isGuarded(): Promise<boolean> {
    const domain = await this.here()
    const mark = await keptMarkOf(domain, this.#record.source)
    return mark?.migration === this.#record.id && !(await domain.getAutostart())
  }

  async #isKeptThere(): Promise<boolean> {
    return (await keptMarkOf(await this.there(), this.#record.destination)) !== null
  }

  async #find(session: HostSession): Promise<Domain> {
    return (await session.connection()).domainLookupByUUID(this.#record.guest.uuid)
  }
}
