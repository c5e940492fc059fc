import { open, stat } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ConfigSource, Unreadable } from '@landfall/nova'
import { isOfNova } from '../files/archive.ts'
import type { FileText } from './as-started.ts'
import { asStarted } from './as-started.ts'
import { logsOf } from './find-hypervisors.ts'
import { lookInto } from './host-folder.ts'
import { hostLayout, isOfController, logName } from './host-layout.ts'
import type { HostMaterial, HostPlace, HostSpec, SshTarget } from './host-material.ts'
import { inTimeOrder } from '../files/log-order.ts'
import type { LogSink } from '../files/log-feed.ts'
import { LogFeed } from '../files/log-feed.ts'
import { readOverSsh, SshError } from '../ssh/ssh-source.ts'

export interface ReadOptions {
  /** Takes the logs of a host, oldest first. */
  readonly sinkOf: (host: string) => LogSink
  /** Bytes of logs read so far, of those that are known to be there. */
  readonly onBytes: (read: number, known: number) => void
  readonly signal: AbortSignal
  /** Logs are left where they are. */
  readonly configsOnly?: boolean
  /** ssh by another name. */
  readonly sshProgram?: string
}

/** Larger pieces are strings outside of the heap, which stay until there is a full collection. */
const pieceBytes = 2 ** 16
/** A configuration file is text that a person wrote. */
const mostConfigBytes = 4 * 2 ** 20
/** Hosts that are asked at the same time over ssh. */
const mostAsked = 8

/**
 * Everything of these hosts: configuration as text, logs streamed to their sinks. What cannot be reached or read is told in
 * the host's material and the rest goes on. Files of this machine one after the other, hosts over ssh eight at a time.
 */
export async function readHypervisors(
  specs: readonly HostSpec[],
  options: ReadOptions,
): Promise<readonly HostMaterial[]> {
  const done = new Map<string, HostMaterial>()
  const count = new ByteCount(options.onBytes)
  const read = async (spec: HostSpec): Promise<void> => {
    done.set(spec.host, await new HostReading(spec, options, count).read())
  }
  const remote = specs.filter(isRemote).values()
  const asking = Array.from({ length: mostAsked }, async () => {
    for (const spec of remote) await read(spec)
  })
  const local = specs.filter((spec) => !isRemote(spec))
  for (const { places } of local)
    for (const place of places) for (const file of logFiles(place)) await count.expect(file)
  for (const spec of local) await read(spec)
  await Promise.all(asking)
  return specs.flatMap(({ host }) => done.get(host) ?? [])
}

const isRemote = ({ places }: HostSpec): boolean => places.some(({ kind }) => kind === 'ssh')

class ByteCount {
  #read = 0
  #known = 0
  readonly #tell: ReadOptions['onBytes']

  constructor(tell: ReadOptions['onBytes']) {
    this.#tell = tell
  }

  async expect(file: string): Promise<void> {
    this.#known += await stat(file).then(
      ({ size }) => size,
      () => 0,
    )
  }

  add(read: number, known: number): void {
    this.#read += read
    this.#known += known
    this.#tell(this.#read, this.#known)
  }
}

function logFiles(place: HostPlace): readonly string[] {
  if (place.kind === 'ssh' || place.kind === 'closed') return []
  return place.kind === 'files' ? place.logs : logsOf(place.folder)
}

class HostReading {
  readonly #spec: HostSpec
  readonly #options: ReadOptions
  readonly #count: ByteCount
  readonly #sink: LogSink
  readonly #sources: ConfigSource[] = []
  readonly #unreadable: Unreadable[] = []
  readonly #unreadConfigs: string[] = []
  readonly #environment: Record<string, string> = {}
  readonly #skipped: string[] = []
  #confFolders: HostMaterial['confFolders'] = null
  #configFolder: string | null = null
  #folder: string | null = null
  #remote: HostMaterial['remote'] = null
  #isHypervisor = false
  #logFiles = 0
  #logBytes = 0
  #unreached: string | null = null
  /** One for all files: hundreds of rotated ones would leave hundreds behind until a collection. */
  readonly #piece = Buffer.allocUnsafeSlow(pieceBytes)

  constructor(spec: HostSpec, options: ReadOptions, count: ByteCount) {
    this.#spec = spec
    this.#options = options
    this.#count = count
    this.#sink = options.sinkOf(spec.host)
  }

  async read(): Promise<HostMaterial> {
    const { host, places } = this.#spec
    for (const place of places) if (place.kind === 'ssh') await this.#readSsh(place.target)
    for (const place of places) this.#readConfigs(place)
    for (const place of places) if (place.kind === 'closed') this.#closed(place.path)
    if (this.#options.configsOnly !== true)
      for (const file of await inTimeOrder(places.flatMap((place) => [...logFiles(place)]))) await this.#readLog(file)
    return {
      host,
      sources: this.#sources,
      confFolders: this.#confFolders,
      configFolder: this.#configFolder,
      remote: this.#remote,
      folder: this.#folder,
      // One that says nothing is taken for what it was called.
      isHypervisor: this.#isHypervisor || this.#logFiles === 0,
      logFiles: this.#logFiles,
      logBytes: this.#logBytes,
      unreached: this.#unreached,
      unreadable: this.#unreadable,
      unreadConfigs: this.#unreadConfigs,
      environment: this.#environment,
      skipped: this.#skipped,
    }
  }

  /** Where it is all that there is of the host, nothing is known of it. */
  #closed(path: string): void {
    if (this.#spec.places.every(({ kind }) => kind === 'closed')) this.#unreached ??= `${path} may not be read`
    else this.#unreadable.push({ file: path, what: 'io-error', count: 1 })
    this.#unreadConfigs.push(path)
    this.#isHypervisor = true
  }

  #readConfigs(place: HostPlace): void {
    if (place.kind === 'ssh' || place.kind === 'closed') return
    if (place.kind === 'files') {
      for (const path of place.configs) this.#readConfig(path)
      const last = place.configs.at(-1)
      if (last !== undefined) this.#configFolder ??= dirname(last)
      return
    }
    const content = lookInto(place.folder)
    const { configFolder, closed, skipped } = content
    const { configs, folders, environment, unread } = asStarted(content, (below) => textIn(place, below))
    const shown = (below: string): string => shownIn(place, join(place.folder, below))
    this.#confFolders ??= folders?.map(shown) ?? null
    for (const each of closed) {
      this.#unreadable.push({ file: shown(each), what: 'io-error', count: 1 })
      // A folder may have either in it.
      if (!isOfLogs(each)) this.#unreadConfigs.push(shown(each))
    }
    this.#skipped.push(...skipped.map(shown))
    if (place.shownAs === undefined) this.#folder ??= place.folder
    if (configFolder !== null && place.shownAs === undefined) this.#configFolder ??= join(place.folder, configFolder)
    for (const path of configs) this.#readConfig(join(place.folder, path), shown(path))
    Object.assign(this.#environment, environment)
    for (const path of unread) this.#unread(shown(path))
  }

  #unread(shown: string): void {
    // One that cannot be looked at was told with its folder.
    if (this.#unreadConfigs.includes(shown)) return
    this.#unreadable.push({ file: shown, what: 'io-error', count: 1 })
    this.#unreadConfigs.push(shown)
  }

  #readConfig(path: string, shown = path): void {
    try {
      const bytes = readFileSync(path)
      if (bytes.length > mostConfigBytes) {
        this.#unreadable.push({ file: shown, what: 'too-long', count: 1 })
        this.#unreadConfigs.push(shown)
      } else this.#sources.push({ path: shown, text: withoutComments(bytes.toString('utf8')) })
      this.#isHypervisor = true
    } catch {
      this.#unreadable.push({ file: shown, what: 'io-error', count: 1 })
      this.#unreadConfigs.push(shown)
      this.#isHypervisor = true
    }
  }

  #countLog(file: string): void {
    this.#logFiles += 1
    this.#isHypervisor ||= !isOfController(file)
  }

  async #readLog(file: string): Promise<void> {
    this.#countLog(file)
    const place = this.#spec.places.find((each) => each.kind === 'folder' && file.startsWith(`${each.folder}/`))
    const shown = place?.kind === 'folder' ? shownIn(place, file) : file
    try {
      await using handle = await open(file, 'r')
      const feed = new LogFeed(shown, this.#sink)
      const buffer = this.#piece
      for (;;) {
        this.#options.signal.throwIfAborted()
        const { bytesRead } = await handle.read(buffer, 0, pieceBytes, null)
        if (bytesRead === 0) break
        await feed.write(buffer.subarray(0, bytesRead))
        this.#logBytes += bytesRead
        this.#count.add(bytesRead, 0)
      }
      await feed.end()
    } catch (error) {
      // Only what the file system says; a fault of ours or an abort is not a property of the file.
      if (!(error instanceof Error && 'syscall' in error)) throw error
      this.#sink.unreadable({ file: shown, what: 'io-error', count: 1 })
    }
  }

  async #readSsh(target: SshTarget): Promise<void> {
    const configs = new Map<string, Buffer[]>()
    const shown = (name: string): string => `${this.#spec.host}:${target.folder.replace(/\/$/, '')}/${name}`
    let now: { readonly log: LogFeed } | { readonly config: Buffer[]; size: number } | null = null
    const taker = {
      begin: (name: string): void => {
        if (logName(name) === null) {
          const config: Buffer[] = []
          configs.set(name, config)
          now = { config, size: 0 }
          return
        }
        this.#countLog(name)
        now = { log: new LogFeed(shown(name), this.#sink) }
      },
      data: async (bytes: Buffer): Promise<void> => {
        if (now === null) return
        if ('log' in now) {
          this.#logBytes += bytes.length
          this.#count.add(bytes.length, bytes.length)
          return now.log.write(bytes)
        }
        now.size += bytes.length
        if (now.size <= mostConfigBytes) now.config.push(Buffer.from(bytes))
      },
      end: async (): Promise<void> => {
        if (now !== null && 'log' in now) await now.log.end()
        now = null
      },
    }
    try {
      const { signal, sshProgram, configsOnly = false } = this.#options
      const complaints = await readOverSsh(target, taker, signal, sshProgram, !configsOnly)
      for (const complaint of complaints) {
        const name = complaint.replace(/ cannot be read$/, '')
        this.#unreadable.push({ file: shown(name), what: 'io-error', count: 1 })
        if (!isOfLogs(name)) this.#unreadConfigs.push(shown(name))
      }
    } catch (error) {
      if (!(error instanceof SshError)) throw error
      this.#unreached = error.message
    }
    const layout = hostLayout([...configs.keys()])
    this.#remote = { target, configFolder: layout.configFolder }
    if (layout.configs.length > 0) this.#isHypervisor = true
    const text = (path: string): string => Buffer.concat(configs.get(path) ?? []).toString('utf8')
    const {
      configs: inOrder,
      folders,
      environment,
      unread,
    } = asStarted(layout, (path) => (configs.has(path) ? { what: 'text', text: text(path) } : { what: 'absent' }))
    this.#confFolders ??= folders?.map(shown) ?? null
    for (const path of inOrder) {
      if (configs.has(path)) this.#sources.push({ path: shown(path), text: withoutComments(text(path)) })
      else this.#unreadConfigs.push(shown(path))
    }
    Object.assign(this.#environment, environment)
    for (const path of unread) this.#unread(shown(path))
  }
}

function textIn({ folder, shownAs }: Extract<HostPlace, { kind: 'folder' }>, below: string): FileText {
  try {
    return { what: 'text', text: readFileSync(join(folder, below), 'utf8') }
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    // Of an archive, what else it may have was not unpacked.
    return { what: isAbsent && (shownAs === undefined || isOfNova(below)) ? 'absent' : 'unread' }
  }
}

/** Whether there can be no configuration in it. */
const isOfLogs = (path: string): boolean => logName(path) !== null || /(?:^|\/)logs?(?:\/|$)/.test(path)

/** A path of an unpacked archive as a person knows it. */
const shownIn = ({ folder, shownAs }: Extract<HostPlace, { kind: 'folder' }>, path: string): string =>
  shownAs === undefined ? path : shownAs + path.slice(folder.length + 1)

/** Line for line the same to a reader: nova.conf is thousands of lines of comments, and a fleet has a thousand of them. */
const withoutComments = (text: string): string => text.replaceAll(/(^|[\r\n])[#;][^\r\n]*/g, '$1#')
