import { join } from 'node:path'
import { LabError } from '../errors.ts'
import { hub } from '../guests/volumes.ts'
import { runInside, tryRunInside } from '../hosts/virsh.ts'
import { waitFor } from '../machine/wait.ts'
import { labPaths } from '../paths.ts'
import type { WorkOptions } from '../root/root.ts'
import type { LabState } from '../state.ts'
import { ports } from './control-files.ts'
import { apiAnswers, endOfLog, startDaemon, stopDaemon } from './daemons.ts'
import { keepPrepared, unpackPrepared } from './prepared.ts'

/** Which volumes the stand-in for Cinder has; beside the volumes, where the hub sees it as well. */
export const volumesFile = (lab: string): string => join(labPaths(lab).volumes, 'cinder.json')

const mariadb = [
  'mariadbd',
  '--no-defaults',
  '--user=root',
  '--datadir=/var/lib/mysql',
  '--socket=/run/mysqld/s',
  '--bind-address=127.0.0.1',
  '--innodb-buffer-pool-size=64M',
  '--max-connections=200',
  '--skip-log-bin',
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-flush-method=nosync',
  '--performance-schema=0',
]
// The wrapper in /usr/sbin insists on a user of its own.
export const rabbitmq: readonly string[] = [
  'env',
  'HOME=/var/lib/rabbitmq',
  'RABBITMQ_NODENAME=lab@localhost',
  'ERL_EPMD_ADDRESS=127.0.0.1',
  'RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=+S 1:1 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}',
  '/usr/lib/rabbitmq/bin/rabbitmq-server',
]
const uwsgi = [
  'uwsgi_python3',
  '--master',
  '--enable-threads',
  '--buffer-size',
  '65535',
  '--die-on-term',
  '--lazy-apps',
  '--need-app',
  '--add-header',
  'Connection:close',
]

/** Nova's API on the hub's address. */
export const novaApi = (address: string): readonly string[] => [
  ...uwsgi,
  '--http-socket',
  `${address}:${ports.nova}`,
  '--processes',
  '2',
  '--threads',
  '1',
  '--module',
  'nova.wsgi.osapi_compute',
]

/** Starts the whole control plane in the hub; returns when every API answers. */
export async function startControl(state: LabState, key: string, { progress, signal }: WorkOptions): Promise<void> {
  const place = hub(state)
  const address = state.network.hubAddress
  const web = (name: keyof typeof ports, ...more: string[]): Promise<void> =>
    startDaemon(place, name, [...uwsgi, '--http-socket', `${address}:${ports[name]}`, ...more])
  const answers = (name: keyof typeof ports, path = '/'): Promise<void> =>
    apiAnswers({ place, name, url: `http://${address}:${ports[name]}${path}`, deadlineMs: 600_000, signal })

  // It takes longest.
  await startDaemon(place, 'rabbitmq', rabbitmq)
  const isPrepared = await unpackPrepared(state, key)
  await runInside(place, ['mkdir', '-p', '/run/mysqld', '/var/lib/mysql', '/var/lib/nova/lock'])
  if (!isPrepared) {
    progress("making Nova's databases (once; about two minutes)")
    const install = ['mariadb-install-db', '--no-defaults', '--user=root', '--datadir=/var/lib/mysql']
    await runInside(place, [...install, '--auth-root-authentication-method=normal', '--skip-test-db'], { signal })
  }
  await startMariadb(state, signal)
  if (!isPrepared) await runInside(place, ['sh', '/opt/landfall/schema.sh'], { deadlineMs: 1_800_000, signal })
  const keystone = ['--processes', '1', '--threads', '4', '--module', 'keystone.wsgi.api']
  if (!isPrepared) {
    await web('keystone', ...keystone)
    await answers('keystone', '/v3')
    await runInside(place, ['python3', '/opt/landfall/catalogue.py'], { deadlineMs: 600_000, signal })
    await stopDaemon(place, 'keystone')
    await sql(state, 'SHUTDOWN')
    await stopDaemon(place, 'mariadb')
    await keepPrepared(state, key)
    await startMariadb(state, signal)
  }
  // The catalogue names the hub by name; on the machine only its address is known.
  await sql(state, `UPDATE keystone.endpoint SET url = REPLACE(url, '//hub:', '//${address}:')`)
  await Promise.all([
    web('keystone', ...keystone),
    web('placement', '--processes', '1', '--threads', '4', '--module', 'placement.wsgi.api'),
    web('glance', '--processes', '1', '--threads', '4', '--wsgi-file', '/opt/landfall/glance.wsgi'),
    startDaemon(place, 'neutron', ['python3', '/opt/landfall/neutron.py', address, String(ports.neutron)]),
    startDaemon(place, 'cinder', [
      'python3',
      '/opt/landfall/cinder.py',
      address,
      String(ports.cinder),
      volumesFile(state.name),
    ]),
    startDaemon(place, 'nova-conductor', ['nova-conductor']),
    startDaemon(place, 'nova-scheduler', ['nova-scheduler']),
    startDaemon(place, 'nova', novaApi(address)),
  ])
  progress('waiting for the APIs')
  await Promise.all([
    answers('keystone', '/v3'),
    answers('placement'),
    answers('glance'),
    answers('nova', '/v2.1/'),
    answers('cinder'),
    answers('neutron'),
  ])
}

/** `mariadb-admin` is in a package that brings a server's tools as well. */
const client = ['mariadb', '--no-defaults', '-uroot', '-S', '/run/mysqld/s', '-e']

async function startMariadb(state: LabState, signal: AbortSignal | undefined): Promise<void> {
  await startDaemon(hub(state), 'mariadb', mariadb)
  const answers = async (): Promise<boolean> => (await tryRunInside(hub(state), [...client, 'SELECT 1'])).status === 0
  try {
    await waitFor('MariaDB', answers, { deadlineMs: 120_000, intervalMs: 100, signal })
  } catch (cause) {
    throw new LabError('nova-not-up', `MariaDB does not answer: ${await endOfLog(hub(state), 'mariadb')}`, { cause })
  }
}

async function sql(state: LabState, query: string): Promise<void> {
  await runInside(hub(state), [...client, query])
}
