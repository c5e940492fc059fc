import { readFile } from 'node:fs/promises'
import { hostsFile } from '../hosts/network-plan.ts'
import type { HostAddress, Subnet } from '../hosts/network-plan.ts'
import { iniText } from './ini.ts'
import type { IniValues } from './ini.ts'

/** Where the control plane's daemons listen, on the hub's address. */
export const ports = {
  keystone: 5000,
  rabbitmq: 5672,
  nova: 8774,
  cinder: 8776,
  placement: 8778,
  glance: 9292,
  neutron: 9696,
} as const

const database = (name: string): string =>
  `mysql+pymysql://${name.split('_', 1)[0]}:${name.split('_', 1)[0]}@127.0.0.1/${name}`

/** How a service is let in by Keystone: in a laboratory each password is the user's name. */
const serviceAuth = (user: string): IniValues => ({
  auth_url: `http://hub:${ports.keystone}/v3`,
  auth_type: 'password',
  username: user,
  password: user,
  project_name: 'service',
  user_domain_name: 'Default',
  project_domain_name: 'Default',
  region_name: 'RegionOne',
})
const tokenAuth = (user: string): IniValues => ({
  www_authenticate_uri: `http://hub:${ports.keystone}`,
  // There are no others than public endpoints; without it the internal one is looked for.
  interface: 'public',
  ...serviceAuth(user),
})

/** What nova.conf says everywhere. Names and not addresses, so that a prepared database fits every laboratory. */
export const novaCommon = (ownAddress: string): Readonly<Record<string, IniValues>> => ({
  DEFAULT: {
    transport_url: `rabbit://nova:nova@hub:${ports.rabbitmq}/`,
    debug: true,
    my_ip: ownAddress,
    state_path: '/var/lib/nova',
    service_down_time: 30,
    report_interval: 5,
    // Nova's own words in full, those of the libraries below it only where something is wrong.
    default_log_levels:
      'amqp=WARN,sqlalchemy=WARN,oslo.messaging=INFO,oslo_messaging=INFO,urllib3.connectionpool=WARN,keystonemiddleware=WARN,routes.middleware=WARN,stevedore=WARN,keystoneauth=WARN,oslo.cache=INFO,oslo_concurrency=INFO,oslo_service=INFO,glanceclient=WARN,oslo_policy=WARN,oslo.privsep=INFO',
  },
  api: { auth_strategy: 'keystone' },
  keystone_authtoken: tokenAuth('nova'),
  placement: serviceAuth('nova'),
  neutron: serviceAuth('nova'),
  service_user: { send_service_user_token: true, ...serviceAuth('nova') },
  cinder: { catalog_info: 'volumev3::publicURL', os_region_name: 'RegionOne' },
  glance: { api_servers: `http://hub:${ports.glance}` },
  oslo_concurrency: { lock_path: '/var/lib/nova/lock' },
  vnc: { enabled: false },
})

const program = async (name: string): Promise<string> =>
  readFile(new URL(`../../nova/${name}`, import.meta.url), 'utf8')

/** The files of the hub, by path: the configuration of the control plane, and what stands in for Cinder and Neutron. */
export async function controlFiles(subnet: Subnet, hosts: readonly HostAddress[]): Promise<Record<string, string>> {
  const hub = `${subnet.prefix}.1`
  const nova = {
    ...novaCommon(hub),
    api_database: { connection: database('nova_api') },
    database: { connection: database('nova') },
    conductor: { workers: 1 },
    // Hosts that come up are found without a call of nova-manage, which takes ten seconds.
    scheduler: { workers: 1, discover_hosts_in_cells_interval: 3 },
  }
  const stores = { file: 'images', os_glance_staging_store: 'staging', os_glance_tasks_store: 'tasks' }
  const glance = {
    DEFAULT: { enabled_backends: 'file:file' },
    glance_store: { default_backend: 'file' },
    ...Object.fromEntries(
      Object.entries(stores).map(([name, folder]) => [name, { filesystem_store_datadir: `/var/lib/glance/${folder}` }]),
    ),
    database: { connection: database('glance') },
    keystone_authtoken: tokenAuth('glance'),
    paste_deploy: { flavor: 'keystone' },
  }
  return {
    'etc/hosts': hostsFile(hosts, subnet),
    'etc/keystone/keystone.conf': iniText({
      database: { connection: database('keystone') },
      token: { provider: 'fernet', expiration: 36_000 },
      fernet_tokens: { key_repository: '/etc/keystone/fernet' },
      credential: { key_repository: '/etc/keystone/cred' },
      // Without it each token that is looked at takes a second or three; one process has it, so there is one.
      cache: { enabled: true, backend: 'dogpile.cache.memory' },
    }),
    'etc/placement/placement.conf': iniText({
      placement_database: { connection: database('placement') },
      api: { auth_strategy: 'keystone' },
      keystone_authtoken: tokenAuth('placement'),
    }),
    'etc/glance/glance-api.conf': iniText(glance),
    'etc/nova/nova.conf': iniText(nova),
    'etc/rabbitmq/rabbitmq.conf': [
      `listeners.tcp.1 = ${hub}:${ports.rabbitmq}`,
      'vm_memory_high_watermark.absolute = 600MB',
      'disk_free_limit.absolute = 100MB',
      'default_user = nova',
      'default_pass = nova',
      'log.console = true',
      'log.file = false',
      '',
    ].join('\n'),
    'etc/rabbitmq/enabled_plugins': '[].\n',
    'etc/rabbitmq/rabbitmq-env.conf': '',
    'root/openrc': openrc(`http://hub:${ports.keystone}/v3`),
    'opt/landfall/glance.wsgi': await program('glance.wsgi'),
    'opt/landfall/answering.py': await program('answering.py'),
    'opt/landfall/cinder.py': await program('cinder.py'),
    'opt/landfall/neutron.py': await program('neutron.py'),
    'opt/landfall/catalogue.py': await program('catalogue.py'),
    'opt/landfall/schema.sh': await program('schema.sh'),
  }
}

/** For the `openstack` command, in the hub. */
const openrc = (url: string): string =>
  Object.entries({
    OS_AUTH_URL: url,
    OS_USERNAME: 'admin',
    OS_PASSWORD: 'admin',
    OS_PROJECT_NAME: 'admin',
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_DOMAIN_NAME: 'Default',
    OS_IDENTITY_API_VERSION: '3',
    OS_REGION_NAME: 'RegionOne',
    OS_COMPUTE_API_VERSION: '2.93',
  })
    .map(([name, value]) => `export ${name}=${value}\n`)
    .join('')

/** For every client on the machine: the cloud is called as the laboratory. */
export const cloudsFileText = (lab: string, hubAddress: string): string => `clouds:
  ${lab}:
    region_name: RegionOne
    compute_default_microversion: '2.93'
    auth:
      auth_url: http://${hubAddress}:${ports.keystone}/v3
      username: admin
      password: admin
      project_name: admin
      user_domain_name: Default
      project_domain_name: Default
`
