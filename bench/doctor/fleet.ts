// The configuration of many hypervisors, each with its override file; some lack an option that the others have.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const novaConf = (n: number): string => `[DEFAULT]
my_ip = 10.0.${Math.floor(n / 250)}.${1 + (n % 250)}
host = cmp${n}
transport_url = rabbit://nova:secret@10.0.0.5:5672/
compute_driver = libvirt.LibvirtDriver
max_concurrent_live_migrations = ${n % 97 === 0 ? 2 : 1}
# Timeouts of the provisioning
vif_plugging_timeout = 300
[api]
auth_strategy = keystone
[keystone_authtoken]
www_authenticate_uri = http://controller:5000/
auth_type = password
username = nova
[libvirt]
virt_type = kvm
cpu_mode = host-model
live_migration_downtime = 500
live_migration_completion_timeout = 800
live_migration_inbound_addr = $my_ip
[vnc]
server_listen = 0.0.0.0
server_proxyclient_address = $my_ip
`

/** `folder/cmpN/etc/nova/nova.conf` and `nova_override.conf`; every 40th override lacks auto-converge, every 100th has it mis-cased. */
export function makeFleet(folder: string, hosts: number): void {
  for (let n = 0; n < hosts; n++) {
    const etc = join(folder, `cmp${String(n).padStart(4, '0')}`, 'etc/nova')
    mkdirSync(etc, { recursive: true })
    writeFileSync(join(etc, 'nova.conf'), novaConf(n))
    const option =
      n % 100 === 99 ? 'Live_Migration_Permit_Auto_Converge = true' : 'live_migration_permit_auto_converge = true'
    writeFileSync(join(etc, 'nova_override.conf'), `[libvirt]\n${n % 40 === 39 ? '' : `${option}\n`}`)
  }
}
