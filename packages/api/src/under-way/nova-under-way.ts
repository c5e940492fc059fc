/**
 * What OpenStack Nova has of a migration under way, beside what libvirt says of it. Nova is asked while somebody looks, and not
 * otherwise. Times are wall-clock milliseconds.
 */
export interface NovaUnderWay {
  readonly cloud: string
  /** As it was seen last; null where it could not be asked yet. */
  readonly seen: NovaSeen | null
  /** Why it does not answer now, and since when; null while it does. */
  readonly silent: { readonly why: string; readonly since: number } | null
}

export interface NovaSeen {
  readonly at: number
  /** Nova's record, in its own words; null where it has none that could be this migration. */
  readonly migration: {
    readonly id: number
    readonly status: string
    readonly source: string | null
    /** Null until its scheduler has chosen. */
    readonly destination: string | null
  } | null
  /** Under which Nova's logs and the instance's actions tell of it; null where that is not known. */
  readonly requestId: string | null
  /** Null where Nova does not know the instance, or does not show it. */
  readonly instance: {
    readonly id: string
    /** `ACTIVE`, `ERROR` */
    readonly status: string
    /** `migrating`; null while Nova does nothing with it. */
    readonly taskState: string | null
    readonly host: string | null
  } | null
  /** Where libvirt copies it from, to where; null where it copies nothing, or was not asked. */
  readonly libvirt: { readonly source: string; readonly destination: string | null } | null
  /** What has stood for two looks, and what to do about it; nothing of it is done unasked. */
  readonly differences: readonly NovaDifference[]
}

export interface NovaDifference {
  readonly what: string
  readonly next: string
}
