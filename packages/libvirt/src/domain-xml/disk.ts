import type { Xml } from '../xml/xml-element.ts'

export type DiskSourceKind =
  | 'file'
  | 'block'
  | 'network'
  | 'volume'
  | 'nvme'
  | 'dir'
  | 'vhostuser'
  | 'vhostvdpa'
  /** A CD-ROM or floppy drive without a medium. */
  | 'empty'
  | 'unknown'

/** One `<disk>`. */
export interface Disk {
  /** The name inside the guest: `vda`. */
  readonly target: string
  readonly bus: string | undefined
  readonly device: 'disk' | 'cdrom' | 'floppy' | 'lun' | 'unknown'
  readonly sourceKind: DiskSourceKind
  /** Of a network disk: `nbd`, `rbd`, `iscsi`, ... */
  readonly protocol: string | undefined
  /** File, device node or directory. */
  readonly path: string | undefined
  /** A network disk's name, or a volume's. */
  readonly sourceName: string | undefined
  /** A volume's pool. */
  readonly pool: string | undefined
  readonly hosts: readonly {
    readonly name: string | undefined
    readonly port: number | undefined
    readonly socket: string | undefined
  }[]
  /** `raw`, `qcow2`, ... */
  readonly format: string | undefined
  /** `none`, `writeback`, ...; missing is the hypervisor's default. */
  readonly cacheMode: string | undefined
  readonly readonly: boolean
  readonly shareable: boolean
  readonly transient: boolean
  /** Backing files below it, from the top down, when the live XML names them. */
  readonly backingChainPaths: readonly string[]
}

const sourceKinds: readonly string[] = ['file', 'block', 'network', 'volume', 'nvme', 'dir', 'vhostuser', 'vhostvdpa']
const devices: readonly string[] = ['disk', 'cdrom', 'floppy', 'lun']

export const readDisk = (disk: Xml): Disk => {
  const source = disk.find('source')
  const driver = disk.find('driver')
  const target = disk.find('target')
  const device = disk.attribute('device') ?? 'disk'
  return {
    target: target?.attribute('dev') ?? '',
    bus: target?.attribute('bus'),
    // The lists above are the union types' values.
    device: (devices.includes(device) ? device : 'unknown') as Disk['device'],
    sourceKind: sourceKind(disk.attribute('type') ?? 'file', source),
    protocol: source?.attribute('protocol'),
    path: pathOf(source),
    sourceName: source?.attribute('name') ?? source?.attribute('volume'),
    pool: source?.attribute('pool'),
    hosts: (source?.children('host') ?? []).map((host) => ({
      name: host.attribute('name'),
      port: host.attribute('port') === undefined ? undefined : Number(host.attribute('port')),
      socket: host.attribute('socket'),
    })),
    format: driver?.attribute('type'),
    cacheMode: driver?.attribute('cache'),
    readonly: disk.find('readonly') !== undefined,
    shareable: disk.find('shareable') !== undefined,
    transient: disk.find('transient') !== undefined,
    backingChainPaths: backingChain(disk),
  }
}

const sourceKind = (type: string, source: Xml | undefined): DiskSourceKind => {
  if (source === undefined) return 'empty'
  return (sourceKinds.includes(type) ? type : 'unknown') as DiskSourceKind
}

const pathOf = (source: Xml | undefined): string | undefined =>
  source?.attribute('file') ?? source?.attribute('dev') ?? source?.attribute('dir')

const backingChain = (disk: Xml): string[] => {
  const paths: string[] = []
  for (let store = disk.find('backingStore'); store !== undefined; store = store.find('backingStore')) {
    const path = pathOf(store.find('source'))
    if (path !== undefined) paths.push(path)
  }
  return paths
}
