import { setTimeout as delay } from 'node:timers/promises'
import type { Held } from './held.ts'
import type { Server } from './servers.ts'

/** What is done to what runs: one round of a mode. */
export interface World {
  readonly servers: readonly Server[]
  readonly killDatabase: (downMs: number) => Promise<void>
  readonly fillDisk: () => void
  readonly freeDisk: () => void
  /** What that server holds now. */
  readonly heldBy: (server: Server) => Held
  /** Removes what is written of migrations that ended longer ago, as the service does every six hours. */
  readonly prune: (olderThanMs: number) => Promise<void>
}

export interface Blow {
  readonly what: string
  /** How many kills, stops or outages it was. */
  readonly count: number
  /** Processes that must drive nothing any more, within the time in which everything has to be right. */
  readonly gone: readonly number[]
  /** What is to be done once that was looked at. */
  readonly after: () => Promise<void>
  /** Where nothing was done to it. */
  readonly held?: Held
}

export interface Mode {
  readonly servers: number
  readonly store: 'file' | 'small-file' | 'postgres'
  /** The longest that is waited before the next blow. */
  readonly pauseMs: number
  readonly strike: (world: World) => Promise<Blow>
}

const frozenMs = 60_000
/** An hour is shorter than the shortest retention that a service can be given. */
const keptMs = 15 * 60_000
let usualStartMs = 3000
const nothing = (): Promise<void> => Promise.resolve()

function oneOf<Each>(all: readonly Each[]): Each {
  const one = all[Math.floor(Math.random() * all.length)]
  if (one === undefined) throw new Error('there is none to choose from')
  return one
}

/** Everything has to be right within 10 s of the moment at which a strike returns. */
export const modes: Readonly<Record<string, Mode>> = {
  /** Nothing is done to the only server: what it holds after more and more migrations is all that is looked at, its store pruned each time. */
  undisturbed: {
    servers: 1,
    store: 'file',
    pauseMs: 30_000,
    strike: async ({ servers, heldBy, prune }) => {
      await prune(keptMs)
      const held = heldBy(oneOf(servers))
      const what = `${held.rssMiB} MiB, ${held.descriptors} descriptors, a store of ${held.storeKiB} KiB`
      return { what, count: 0, gone: [], after: nothing, held }
    },
  },
  /** The only server is killed; from its next start on. */
  'one-server': {
    servers: 1,
    store: 'file',
    pauseMs: 8000,
    strike: async ({ servers }) => {
      const server = oneOf(servers)
      const gone = [server.pid ?? []].flat()
      await server.kill()
      let count = 1
      // In the middle of its start, and of what it takes over there.
      for (; Math.random() < 0.4; count++) await server.startAndKill(Math.random() * 1.5 * usualStartMs)
      usualStartMs = await server.start()
      return { what: `SIGKILL, ready in ${Math.round(usualStartMs)} ms`, count, gone, after: nothing }
    },
  },
  /** One of two is killed; from its death on: the other takes over. */
  'two-servers': {
    servers: 2,
    store: 'postgres',
    pauseMs: 6000,
    strike: async ({ servers }) => {
      const server = oneOf(servers)
      const { pid } = server
      await server.kill()
      const after = async (): Promise<void> => void (await server.start())
      return { what: `SIGKILL of ${server.name}`, count: 1, gone: pid === null ? [] : [pid], after }
    },
  },
  /** One of two stands still for a minute; from then on the other takes over, and the frozen one notices when it comes back. */
  frozen: {
    servers: 2,
    store: 'postgres',
    pauseMs: 6000,
    strike: async ({ servers }) => {
      const server = oneOf(servers)
      const { pid } = server
      server.signal('SIGSTOP')
      const thawsAt = performance.now() + frozenMs
      const after = async (): Promise<void> => {
        await delay(Math.max(0, thawsAt - performance.now()))
        server.signal('SIGCONT')
        await delay(10_000)
      }
      return {
        what: `SIGSTOP of ${server.name} for ${frozenMs / 1000} s`,
        count: 1,
        gone: pid === null ? [] : [pid],
        after,
      }
    },
  },
  /** PostgreSQL is killed and started again; from its start on. */
  database: {
    servers: 2,
    store: 'postgres',
    pauseMs: 8000,
    strike: async ({ killDatabase }) => {
      const downMs = Math.round(Math.random() * 15_000)
      await killDatabase(downMs)
      return { what: `PostgreSQL killed, and away for ${downMs} ms`, count: 1, gone: [], after: nothing }
    },
  },
  /** The disk under the store is full for some time, half of the times with the server killed meanwhile; from then on. */
  'full-disk': {
    servers: 1,
    store: 'small-file',
    pauseMs: 8000,
    strike: async ({ servers, fillDisk, freeDisk }) => {
      const fullMs = Math.round(Math.random() * 15_000)
      fillDisk()
      await delay(fullMs)
      const server = oneOf(servers)
      const { pid } = server
      const isKilled = Math.random() < 0.5
      if (isKilled) await server.kill()
      freeDisk()
      if (isKilled) await server.start()
      const what = `full for ${fullMs} ms${isKilled ? ', SIGKILL at the end of it' : ''}`
      return { what, count: 1, gone: isKilled && pid !== null ? [pid] : [], after: nothing }
    },
  },
}
