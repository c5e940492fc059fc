import { randomBytes, randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { isDeepStrictEqual } from 'node:util'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Logger } from 'pino'
import type { ServerConfig } from '../config/server-config.ts'
import { neededStart } from '../config/server-config.ts'
import { systemClock } from '../clock.ts'
import { createApp } from '../http/app.ts'
import { readConsole } from '../http/console/console-files.ts'
import { Issuer } from '../http/access/issuer.ts'
import { IssuerDocument } from '../http/access/issuer-document.ts'
import { RememberedTokens } from '../http/access/remembered-tokens.ts'
import { openSignIn } from '../http/access/sign-in/open-sign-in.ts'
import { AtATime } from '../http/limits/at-a-time.ts'
import { networkOf } from '../http/limits/network-of.ts'
import { RateLimit } from '../http/limits/rate-limit.ts'
import { Landfall } from '../landfall.ts'
import type { LandfallOptions } from '../landfall.ts'
import { ownIdentity } from '../store/driver-identity.ts'
import { AuditTrail } from './audit-trail.ts'
import { HostsSeen } from './hosts-seen.ts'
import { isDoneWithin } from './is-done-within.ts'
import { beginLeftRequests } from './recovery/left-requests.ts'
import { listen } from './listen.ts'
import { keepToRetention } from './retention.ts'
import { logAnswered, logNotified, logUpdate } from './log/log.ts'
import { Metrics } from './metrics.ts'
import { recover } from './recovery/recovery.ts'
import { StoreSeen } from './store-seen.ts'
import { unreachedBy } from './recovery/unreached.ts'
import { Traces } from './traces/traces.ts'
import { besideNovaByConfig } from './nova/beside-nova-by-config.ts'
import { noNova } from '../cloud/open-nova.ts'
import type { NotifyConfig } from '../config/notify-config.ts'
import type { OidcConfig } from '../config/oidc-config.ts'
import type { OpenStackConfig } from '../config/openstack-config.ts'
import { handsAt } from '../config/openstack-config.ts'
import { Notifier, notifiedBy } from '../notify/notifier.ts'

export interface ServiceOptions extends Omit<
  LandfallOptions,
  'keepsRequests' | 'keepsInventory' | 'onTold' | 'onFailed' | 'beforeLaunch'
> {
  readonly server: ServerConfig
  /** Which of Nova's migrations are steered; null where no hosts are Nova's. */
  readonly openStack?: OpenStackConfig | null
  /** Who is told of migrations; nobody where absent. */
  readonly notify?: NotifyConfig | null
  /** Whose tokens are taken beside our own; nobody's where absent. */
  readonly oidc?: OidcConfig | null
  readonly version: string
  /** Where the built web console lies. */
  readonly consoleFolder: string
  readonly log: Logger
}

/** What of a service may change while it runs. */
export type Reconfiguration = Pick<ServiceOptions, 'hosts' | 'intent' | 'server' | 'notify' | 'oidc' | 'openStack'>

export interface Service extends AsyncDisposable {
  readonly url: string
  /** Goes on with what the configuration says by now, as far as that needs no start; migrations that run are not touched. */
  readonly reconfigure: (to: Reconfiguration) => void
}

/** A host that does not answer keeps a service from its end no longer than that: whoever comes next finds everything in the store. */
const stopLimitMs = 10_000

/** Raises the service: it answers, takes over what a driver that died has left, and drives what it is asked for. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const {
    server,
    openStack,
    notify = null,
    oidc = null,
    version,
    consoleFolder,
    log,
    clock = systemClock,
    ...landfallOptions
  } = options
  const { store } = options
  const now = (): number => clock.now()
  const issuer = oidc === null ? undefined : new IssuerDocument(oidc.issuer)
  const signIn = await openSignIn(oidc, store.tokens, now, issuer)
  const stopping = new AbortController()
  const notifier = new Notifier(notifiedBy(notify, now), {
    clock,
    random: Math.random,
    onOutcome: (target, notification, outcome) => {
      logNotified(log, target, notification, outcome)
      if (outcome.kind !== 'again') metrics.notified(target, outcome.kind)
    },
  })
  const traces =
    server.tracesUrl === null
      ? null
      : new Traces({
          url: server.tracesUrl,
          service: { version, instance: `${hostname()}:${process.pid}` },
          clock,
          newSpanId: () => randomBytes(8).toString('hex'),
          drivenHere: () => new Set(drivenHere().map(({ id }) => id)),
          onTrouble: (why) =>
            why === null ? log.info('traces are taken again') : log.warn({ why }, 'traces are not taken'),
        })
  const landfall: Landfall = new Landfall({
    ...landfallOptions,
    clock,
    beforeLaunch: (id, plan) => notifier.beforeLaunch(id, plan),
    keepsRequests: true,
    keepsInventory: true,
    onDrainFailed: (id, error) => log.error({ drain: id, err: error }, 'the drain cannot go on now'),
    novaHands: openStack ? (host) => handsAt(openStack.steered, host) : null,
    onFailed: (migration, error) => {
      const { id, guest } = migration
      log.error({ migration: id, guest, err: error }, 'it could not be carried on')
      notifier.failed(migration, error)
      traces?.failed(migration, error)
    },
    onTold: (migration, update, isOthers) => {
      try {
        logUpdate(log, migration, update)
        // What is counted by its driver would be there twice.
        if (!isOthers) metrics.told(migration, update)
        notifier.told(migration, update, isOthers)
        traces?.told(migration, update, isOthers)
      } catch (error) {
        // Whoever only looks on must not keep a migration from its end.
        log.error({ err: error }, 'an update could not be told')
      }
    },
  })
  const drivenHere = () => landfall.activeHere().filter(({ isOthers }) => !isOthers)
  const storeSeen = new StoreSeen(store, clock)
  const seen = new HostsSeen({ hosts: () => landfall.hostsNow() }, clock, ({ host, why }) => {
    if (why === null) log.info({ host }, 'answers again')
    else log.warn({ host, why }, 'does not answer')
  })
  const metrics: Metrics = new Metrics({
    underWay: drivenHere,
    hosts: () => seen.hosts,
    storeIsWritable: () => storeSeen.isWritable,
    notificationsWaiting: () => notifier.waiting,
  })
  const trail = new AuditTrail({
    audit: store.audit,
    clock,
    onMissed: (act, error) => log.error({ err: error, act }, 'the audit trail misses an act'),
  })
  const rate = { ...limitsOf(server), now: () => clock.now() }
  /** Ten at once of each network, and one each five seconds. */
  const refusals = new RateLimit({ burst: 10, perSecond: 0.2, now })
  const limits = {
    requests: new RateLimit(rate),
    strangers: new RateLimit(rate),
    streams: new AtATime(server.streamsPerToken, 'event streams'),
    plans: new AtATime(server.plansPerToken, 'plans'),
  }
  const app = createApp({
    client: landfall,
    version,
    tokens: new RememberedTokens(store.tokens, now),
    people: oidc === null ? null : new Issuer(oidc, now, issuer),
    signIn,
    keys: store.keys,
    limits,
    addressOf: (context) => getConnInfo(context).remote.address ?? '',
    mayNameFiles: server.novaConfigFromRequests,
    metrics,
    console: readConsole(consoleFolder),
    ready: () => seen.isKnown,
    now: () => clock.now(),
    newRequestId: randomUUID,
    beforeAct: (act) => trail.before(act),
    onAnswered: (answered) => {
      metrics.answered(answered)
      logAnswered(log, answered, (address) => refusals.isTaken(networkOf(address)))
      void trail.after(answered)
    },
  })
  const listening = await listen(app.fetch, server)
  const watching = Promise.all([seen.watch(stopping.signal), storeSeen.watch(stopping.signal)])
  const beginning = beginLeftRequests(
    {
      store,
      own: ownIdentity(),
      clock,
      isCarriedHere: (id) => landfall.carries(id),
      again: (request) => landfall.again(request),
      onAgain: ({ id }) => log.warn({ migration: id }, 'begun again: the service had died before it began'),
      onWaiting: ({ id }, error) => log.warn({ migration: id, err: error }, 'cannot be begun yet: it is tried again'),
      onDropped: (request, error) => {
        log.error({ migration: request.id, err: error }, 'cannot be begun any more')
        return landfall.tellDropped(request, error)
      },
      onFailed: (error) => log.error({ err: error }, 'what was asked before cannot be read'),
    },
    stopping.signal,
  )
  const pruning = keepToRetention(store, server, clock, stopping.signal, (error) =>
    log.error({ err: error }, 'what is old could not be removed'),
  )
  const recovering = recover(
    {
      client: landfall,
      orphans: () => landfall.orphans(),
      clock,
      onTaken: ({ id, guest }) => log.warn({ migration: id, guest }, 'taken over: its driver is gone'),
      onFailed: (guest, error) => log.error({ guest, err: error }, 'could not be taken over yet'),
      // Whoever asks first for the guests of a thousand hosts does not wait until they are read; what was left comes before.
      onFirstRound: () => void landfall.instances(),
    },
    stopping.signal,
  )
  const beside = openStack
    ? besideNovaByConfig({ openStack, landfall, nova: options.nova ?? noNova, clock, log }, stopping.signal)
    : null
  const draining = landfall.drains.takeOver(
    (id) => log.warn({ drain: id }, 'taken over: its driver is gone'),
    (error) => log.error({ err: error }, 'drains could not be looked at'),
    stopping.signal,
  )
  const tracing = traces?.run(stopping.signal)
  log.info({ url: listening.url }, 'ready')
  const letGo = async (): Promise<void> => {
    await Promise.all([recovering, watching, pruning, beginning, beside, draining, tracing, looking])
    await landfall[Symbol.asyncDispose]()
    await notifier[Symbol.asyncDispose]()
  }
  const stop = async (): Promise<void> => {
    stopping.abort()
    await listening[Symbol.asyncDispose]()
    if (await isDoneWithin(stopLimitMs, letGo(), clock)) log.info('stopped; migrations under way go on by themselves')
    else
      log.warn(
        { waitedMs: stopLimitMs },
        'stopped, with hosts asked that do not answer; migrations under way go on by themselves',
      )
  }
  const tellUnreached = async (hosts: readonly { readonly name: string }[], andDriven: (id: string) => boolean) => {
    const names = hosts.map(({ name }) => name)
    const left = await unreachedBy(store, names, andDriven).catch(() => [])
    for (const { kind, id, about, missing } of left)
      log.warn(
        { [kind]: id, about, missing },
        'not ended, and of a host that is not in the hosts file: nobody here takes it up once its driver is gone',
      )
  }
  const looking = tellUnreached(options.hosts, () => false)
  const reconfigure = (to: Reconfiguration): void => {
    // First: a certificate, or a secret, that cannot be read changes nothing.
    const notified = notifiedBy(to.notify ?? null, now)
    if (isDeepStrictEqual(server.tls, to.server.tls)) listening.renewTls()
    notifier.use(notified)
    landfall.reconfigure(to)
    for (const rates of [limits.requests, limits.strangers]) rates.change(limitsOf(to.server))
    limits.streams.change(to.server.streamsPerToken)
    limits.plans.change(to.server.plansPerToken)
    log.level = to.server.logLevel
    const waiting = [...neededStart(server, to.server)]
    if (!isDeepStrictEqual(oidc, to.oidc ?? null)) waiting.push('oidc')
    if (!isDeepStrictEqual(openStack ?? null, to.openStack ?? null)) waiting.push('openstack')
    log.info({ hosts: to.hosts.map(({ name }) => name) }, 'the configuration was read again')
    if (waiting.length > 0) log.warn({ keys: waiting }, 'these hold from the next start on')
    void tellUnreached(to.hosts, (id) => landfall.carries(id))
  }
  return { url: listening.url, reconfigure, [Symbol.asyncDispose]: stop }
}

const limitsOf = ({ requestsPerSecond }: ServerConfig): { readonly burst: number; readonly perSecond: number } => ({
  burst: requestsPerSecond * 2,
  perSecond: requestsPerSecond,
})
