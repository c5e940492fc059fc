/**
 * Where a hypervisor has nova's configuration and logs. Paths are relative to the host's root, with `/` between names;
 * a folder that somebody collected from a host, and the files of it put into one folder, are understood as well.
 *
 * @module
 */

/** Folders that may hold nova.conf, and conf.d folders below each. */
const configFolders = ['', 'etc/nova', 'opt/pf9/etc/nova'] as const
/** Where nova-compute runs in a container, the host's own /etc/nova is not what it reads. */
const containerFolders = [
  'etc/kolla/nova-compute',
  'var/lib/config-data/puppet-generated/nova_libvirt/etc/nova',
] as const
/** A file that a service in a container reads. */
export const isContained = (path: string): boolean => containerFolders.some((folder) => path.startsWith(`${folder}/`))
/** In the order in which they are read. */
export const confDirectories: readonly string[] = ['nova.conf.d', 'nova-compute.conf.d', 'conf.d']
const logFolders = [
  '',
  'log',
  'logs',
  'var/log',
  'var/log/nova',
  'var/log/pf9',
  'var/log/kolla/nova',
  'var/log/containers/nova',
] as const

const under = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)

/** Where the environment of the service is set. */
export const units = ['nova-compute', 'openstack-nova-compute', 'pf9-ostackhost'] as const
/** Where systemd looks for units: a file of the first replaces one of the same name in those behind it (systemd.unit(5)). */
export const unitFolders = ['etc', 'run', 'usr/local/lib', 'usr/lib', 'lib'].map((place) => `${place}/systemd/system`)
const environmentFolders = [
  'etc/default',
  'etc/sysconfig',
  ...unitFolders.flatMap((folder) => [folder, ...units.map((unit) => `${folder}/${unit}.service.d`)]),
] as const
const environmentFile =
  /(?:^|\/)(?:etc\/(?:default|sysconfig)\/(?:openstack-)?(?:nova-compute|pf9-ostackhost)|systemd\/system\/(?:nova-compute|openstack-nova-compute|pf9-ostackhost)\.service(?:\.d\/[^/]+\.conf)?)$/
/** A file that sets the environment of the service. */
export const isEnvironment = (path: string): boolean => environmentFile.test(path)

/** Folders of configuration and logs. */
export const novaFolders: readonly string[] = [
  ...new Set([
    ...[...configFolders, ...containerFolders].flatMap((folder) => [
      folder,
      ...confDirectories.map((name) => under(folder, name)),
    ]),
    ...logFolders,
  ]),
]
/** Every folder that is looked into; nothing else of a host is. */
export const hostFolders: readonly string[] = [...new Set([...environmentFolders, ...novaFolders])]

/** Shell patterns of the same, for a host that is asked from afar. */
export const configPatterns: readonly string[] = [
  ...environmentFolders.flatMap((folder) =>
    folder.endsWith('.d')
      ? [`${folder}/*.conf`]
      : units.map((unit) => `${folder}/${unit}${folder.endsWith('system') ? '.service' : ''}`),
  ),
  ...[...configFolders, ...containerFolders].flatMap((folder) => [
    under(folder, 'nova*.conf'),
    ...confDirectories.map((name) => under(folder, `${name}/*.conf`)),
  ]),
]
export const logPatterns: readonly string[] = logFolders.flatMap((folder) =>
  ['nova-compute', 'ostackhost', 'pf9-ostackhost', 'nova-conductor', 'nova-scheduler'].map((name) =>
    under(folder, `${name}*.log*`),
  ),
)

/** A log by its name. */
export interface LogName {
  /** As in nova-compute-HOST.log, where the logs of several hosts lie in one folder. */
  readonly host: string | null
  /** The file that it was rotated from: path without what rotation added. */
  readonly base: string
  /** Older ones are less. */
  readonly age: number
}

const services = 'nova-compute|nova-conductor|nova-scheduler|pf9-ostackhost|ostackhost'
/** What rotation puts behind a log's name, or before its `.log`: a number, a date with or without dashes, a way to compress. */
const packed = String.raw`(?:\.(?:gz|xz|bz2|zst|lz4|Z))?`
const logPattern = new RegExp(
  String.raw`^((?:${services})(?:-([\w.-]*?[A-Za-z_][\w.-]*?))?)(?:\.(\d{1,4})|[-.](\d{8}(?:[-_T]?\d{2,6})?|\d{4}-\d\d-\d\d(?:[-_T.]\d[\d-]*)?))?\.(?:log|json)([.-].*)?${packed}$`,
)
/** Of a machine's own log: everything that it says, nova among it. */
const machineLog = new RegExp(
  String.raw`^((?:messages|syslog|daemon\.log|journal(?:ctl)?[\w-]*\.(?:json|log|txt)))([.-].*)?${packed}$`,
)
/** A container's: the folder says whose it is. */
const podFile = new RegExp(String.raw`^((?:current|previous|\d+)\.log)([.-].*)?$`)

/** Null where it is no log of a service that moves guests: the conductor and the scheduler may run on the same machine. */
export function logName(path: string): LogName | null {
  const slash = path.lastIndexOf('/') + 1
  const name = path.slice(slash)
  const match = logPattern.exec(name)
  if (match !== null) {
    const [, base = '', host, number, date, behind] = match
    const before = number ?? date
    const rotated = before === undefined ? behind : `.${before}${behind ?? ''}`
    return { host: host ?? null, base: `${path.slice(0, slash)}${base}.log`, age: ageOf(rotated) }
  }
  const pod = new RegExp(`(?:${services})`).test(path.slice(0, slash)) ? podFile.exec(name) : null
  if (pod !== null) return { host: null, base: path.slice(0, slash), age: name.startsWith('current') ? 0 : -1 }
  const machine = machineLog.exec(name)
  return machine === null
    ? null
    : { host: null, base: path.slice(0, slash) + (machine[1] ?? ''), age: ageOf(machine[2]) }
}

/** A machine's own log has nova's lines only where nova has no log of its own. */
export const isMachineLog = (path: string): boolean => machineLog.test(path.slice(path.lastIndexOf('/') + 1))

/** Logs that tell of migrations, but of no hypervisor. */
export const isOfController = (path: string): boolean => /(?:^|\/)nova-(?:conductor|scheduler)[^/]*$/.test(path)

/** `.log` is the newest, `.log.1` before it, `.log.2.gz` before that; dates go upwards, and come before numbers. */
function ageOf(rotated: string | undefined): number {
  if (rotated === undefined) return 0
  const digits = rotated.replace(/\.(?:gz|xz|bz2|zst|lz4|Z)$/, '').replaceAll(/\D/g, '')
  // .old, .gz and the like
  if (digits === '') return -0.5
  const isDate = /(?:19|20)\d\d-?\d\d/.test(rotated)
  return isDate ? -1e18 + Number(digits.padEnd(17, '0').slice(0, 17)) : -Number(digits)
}

const nameOrPath = (path: string): LogName => logName(path) ?? { host: null, base: path, age: 0 }

/** Oldest first: by rotation among those of one base, bases by their paths. */
export function sortLogs(paths: readonly string[]): string[] {
  return paths.toSorted((a, b) => {
    const [one, two] = [nameOrPath(a), nameOrPath(b)]
    return one.base === two.base ? one.age - two.age : one.base < two.base ? -1 : 1
  })
}

export interface HostLayout {
  /** In the order in which the service reads them: later ones win. */
  readonly configs: readonly string[]
  /** Oldest first. */
  readonly logs: readonly string[]
  /** The folder that an override file belongs into; null where no configuration was found. */
  readonly configFolder: string | null
  /** Files that set the service's environment, its units among them. */
  readonly environments: readonly string[]
}

/** What of these paths is configuration and what is a log, in their orders. Pure. */
export function hostLayout(paths: readonly string[]): HostLayout {
  const found = new Set(paths.filter((path) => !isEnvironment(path)))
  const logs = paths.filter((path) => logFolders.some((folder) => folderOf(path) === folder) && logName(path) !== null)
  const of = (folder: string): string[] => configsOf(folder, found)
  const contained = containerFolders.flatMap(of)
  const configs = contained.length > 0 ? contained : configFolders.flatMap(of)
  const last = configs.at(-1)
  const platform9 = configs.findLast((path) => path.startsWith('opt/pf9/'))
  // Where nova.conf lies, unless the service reads a conf.d alone.
  const main = platform9 ?? configs.find((path) => path.endsWith('nova.conf')) ?? last
  return {
    configs,
    logs: sortLogs(logs.some((path) => !isMachineLog(path)) ? logs.filter((path) => !isMachineLog(path)) : logs),
    configFolder: main === undefined ? null : folderOf(main),
    environments: paths.filter(isEnvironment).toSorted(byBytes),
  }
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

/**
 * As oslo.config takes them: nova.conf, that of the service, then the folders, each in the order of its bytes. An override
 * beside nova.conf is given to the service as a further --config-file: it comes last.
 */
function configsOf(folder: string, found: ReadonlySet<string>): string[] {
  const beside = [...found].filter((path) => path.endsWith('.conf') && isIn(path, folder)).toSorted(byBytes)
  const first = ['nova.conf', 'nova-compute.conf'].map((name) => under(folder, name)).filter((path) => found.has(path))
  const folders = confDirectories.flatMap((name) =>
    [...found].filter((path) => path.endsWith('.conf') && isIn(path, under(folder, name))).toSorted(byBytes),
  )
  const others = beside.filter((path) => /(?:^|\/)nova[\w.-]*\.conf$/.test(path) && !first.includes(path))
  return [...first, ...folders, ...others]
}

const isIn = (path: string, folder: string): boolean => {
  const name = folder === '' ? path : path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : '/'
  return !name.includes('/') && !name.startsWith('.')
}

export const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
