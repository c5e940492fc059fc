import type { MigrationStatus } from '../status.ts'
import type { MigrationUnderWay } from '../under-way/under-way.ts'
import type { Wish } from '../wish.ts'

export type MigrationAction = Wish['kind']

/** Why something cannot be done now; a code never changes its meaning. */
export type DenialCode =
  | 'abort-in-post-copy'
  | 'too-early'
  | 'too-late'
  | 'not-for-cold'
  | 'has-ended'
  | 'unclear'
  | 'driven-elsewhere'

export type Permission =
  | { readonly allowed: true }
  /** Nothing has to be done: it is so already. */
  | { readonly allowed: true; readonly already: true }
  | { readonly allowed: false; readonly code: DenialCode; readonly why: string }

const yes: Permission = { allowed: true }
const already: Permission = { allowed: true, already: true }
const no = (code: DenialCode, why: string): Permission => ({ allowed: false, code, why })

const ended = no('has-ended', 'the migration has ended')
const unclear = no('unclear', 'nobody can tell where the guest is: look at both hosts first')
const notLaunched = no('too-early', 'the migration was not launched yet')
const decided = no('too-late', 'the guest is changing hosts already')
const cold = no('not-for-cold', 'the guest is moved cold')

/**
 * What may be asked of a migration in each of its states, and why not: every door asks this table, whoever stands before it.
 * libvirt takes an abort until the guest runs on its destination (virDomainAbortJob refuses one in post-copy).
 */
export const actions: Readonly<Record<MigrationAction, Readonly<Record<MigrationStatus, Permission>>>> = {
  abort: {
    queued: yes,
    planning: yes,
    preparing: yes,
    copying: yes,
    switching: yes,
    'post-copy': no('abort-in-post-copy', 'the guest already runs on its destination: aborting now would lose it'),
    cold: yes,
    ended,
    'needs-attention': unclear,
  },
  'change-intent': {
    queued: yes,
    planning: yes,
    preparing: yes,
    copying: yes,
    switching: decided,
    'post-copy': decided,
    cold,
    ended,
    'needs-attention': unclear,
  },
  'force-complete': {
    queued: notLaunched,
    planning: notLaunched,
    preparing: no('too-early', 'nothing of the guest was sent yet'),
    copying: yes,
    switching: already,
    'post-copy': already,
    cold,
    ended,
    'needs-attention': unclear,
  },
  look: {
    queued: yes,
    planning: yes,
    preparing: yes,
    copying: yes,
    switching: yes,
    'post-copy': yes,
    cold: yes,
    ended,
    'needs-attention': yes,
  },
}

const novasToSay = no('driven-elsewhere', 'it is only observed, and Nova decides how it goes on')

/** Of one of Nova's that is only observed its course is Nova's; an abort is passed on to Nova, and a look changes nothing. */
const observed: Readonly<Record<MigrationAction, Permission>> = {
  abort: yes,
  'change-intent': novasToSay,
  'force-complete': novasToSay,
  look: yes,
}

/** Whether Nova carries it out and nothing of it is changed from here. */
export const isObserved = ({ nova, role }: Partial<Pick<MigrationUnderWay, 'nova' | 'role'>>): boolean =>
  nova !== undefined && role?.hands === 'off'

/** Whether that may be asked of a migration in that state. */
export function can(
  status: MigrationStatus,
  action: MigrationAction,
  of: Parameters<typeof isObserved>[0] = {},
): Permission {
  const permission = actions[action][status]
  const denied = isObserved(of) ? observed[action] : yes
  return permission.allowed && !denied.allowed ? denied : permission
}
