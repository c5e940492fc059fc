import { LabError } from '../errors.ts'

/** Addresses of a laboratory: 10.87.N.0/24. */
export interface Subnet {
  readonly prefix: string
}

export interface HostAddress {
  readonly name: string
  readonly address: string
}

/** The bridge, where volumes are served. */
export const hubAddress = (subnet: Subnet): string => `${subnet.prefix}.1`
/** The machine's own end, from which its processes reach the hosts. */
export const machineAddress = (subnet: Subnet): string => `${subnet.prefix}.254`
export const hostAddress = (subnet: Subnet, index: number): string => `${subnet.prefix}.${10 + index}`

/** The first 10.87.N.0/24 that no route or address of the machine and no other laboratory touches. */
export function chooseSubnet(routesAndAddresses: string, taken: readonly string[]): Subnet {
  for (let n = 1; n < 255; n++) {
    const prefix = `10.87.${n}`
    if (!taken.includes(prefix) && !routesAndAddresses.includes(`${prefix}.`)) return { prefix }
  }
  throw new LabError('subnets-exhausted', 'every subnet 10.87.N.0/24 is in use; take a laboratory down first')
}

/** Traffic control of one end of a link, as arguments of `tc`; null takes the shaping away. */
export function shapeCommand(device: string, bitsPerSecond: number | null): string[] {
  if (bitsPerSecond === null) return ['qdisc', 'del', 'dev', device, 'root']
  // tbf needs a bucket of at least rate / HZ (tc-tbf(8)); 256 KiB also takes the largest segment a veth hands over.
  const burstBytes = Math.max(256 * 1024, Math.ceil(bitsPerSecond / 8 / 250))
  const rate = ['rate', `${bitsPerSecond}bit`, 'burst', `${burstBytes}b`, 'latency', '20ms']
  return ['qdisc', 'replace', 'dev', device, 'root', 'tbf', ...rate]
}

/** /etc/hosts of every host. */
export function hostsFile(hosts: readonly HostAddress[], subnet: Subnet): string {
  const lines = ['127.0.0.1 localhost', `${hubAddress(subnet)} hub`, `${machineAddress(subnet)} machine`]
  return [...lines, ...hosts.map(({ name, address }) => `${address} ${name}`), ''].join('\n')
}
