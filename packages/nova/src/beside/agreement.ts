/** What Nova says of an instance after a migration of it. */
export interface InstanceOfNova {
  /** The compute service that has it. */
  readonly host: string | null
  readonly hypervisorHostname: string | null
  readonly vmState: string | null
  readonly taskState: string | null
}

/** Where libvirt has the guest; null where neither host has it running. */
export interface GuestPlace {
  /** libvirt's name of the host. */
  readonly hostname: string
}

export interface Difference {
  readonly what: string
  /** What a person can do about it; nothing of it is done unasked. */
  readonly next: string
}

/** Compares, after an end, what Nova has written down with where the guest runs. Nothing where they agree. */
export function differences(
  id: string,
  instance: InstanceOfNova | null,
  runs: GuestPlace | null,
  migration: { readonly id: number; readonly status: string } | null,
): readonly Difference[] {
  if (instance === null)
    return [{ what: `Nova does not know the instance ${id}`, next: `Look with "openstack server show ${id}"` }]
  const { hypervisorHostname: named, vmState, taskState } = instance
  const found: Difference[] = []
  if (runs !== null && named !== null && named !== runs.hostname) {
    found.push({
      what: `the guest runs on ${runs.hostname}, and Nova has it on ${named}`,
      next: `Do not start, stop or rebuild it through Nova: that starts a second one on ${named}. "landfall repair ${id}" says whether it can be sent back to ${named}, and "--do send-back" does it`,
    })
  }
  if (vmState === 'error') {
    const proven = runs !== null && named === runs.hostname
    found.push({
      what: `Nova has the instance in state ERROR`,
      next: proven
        ? `The guest runs where Nova has it (${named}): "landfall repair ${id} --do reset-state" looks once more, and resets it`
        : `Find out where the guest runs before its state is reset: "landfall repair ${id}"`,
    })
  }
  if (taskState !== null)
    found.push({
      what: `Nova is still busy with the instance (${taskState})`,
      next: `See what it does with "openstack server event list ${id}"`,
    })
  if (
    migration !== null &&
    ['running', 'preparing', 'queued', 'accepted', 'running (post-copy)'].includes(migration.status)
  )
    found.push({
      what: `Nova's migration ${migration.id} is still ${migration.status}`,
      next: `Look at nova-compute of its source: where that died or hangs, starting it again ends the record, which else keeps the services of its hosts from being deleted; "landfall repair ${id}" shows what every side has`,
    })
  return found
}
