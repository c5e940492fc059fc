import { expect, test } from 'vitest'
import { cloudsFileText, controlFiles } from './control-files.ts'
import { computeConfig, computeFiles } from './compute-files.ts'

const subnet = { prefix: '10.87.3' }
const hosts = [
  { name: 'host1', address: '10.87.3.11' },
  { name: 'host2', address: '10.87.3.12' },
]

test('what is kept in databases names the hub and no address: it fits every laboratory', async () => {
  const files = await controlFiles(subnet, hosts)
  for (const name of ['etc/keystone/keystone.conf', 'opt/landfall/schema.sh', 'opt/landfall/catalogue.py'])
    expect(files[name]).not.toMatch(/10\.87/)
  expect(files['etc/nova/nova.conf']).toContain('transport_url = rabbit://nova:nova@hub:5672/')
  expect(files['etc/hosts']).toContain('10.87.3.1 hub')
})

test('each service has its own database and user', async () => {
  const files = await controlFiles(subnet, hosts)
  expect(files['etc/nova/nova.conf']).toContain('connection = mysql+pymysql://nova:nova@127.0.0.1/nova_api\n')
  expect(files['etc/nova/nova.conf']).toContain('connection = mysql+pymysql://nova:nova@127.0.0.1/nova\n')
  expect(files['etc/glance/glance-api.conf']).toContain('connection = mysql+pymysql://glance:glance@127.0.0.1/glance\n')
})

test('a nova-compute has no database, and migrates between addresses of the shaped links', () => {
  const config = computeConfig('10.87.3.11', 'pc-q35-10.0')
  expect(config).not.toContain('mysql')
  expect(config).toContain('my_ip = 10.87.3.11\n')
  expect(config).toContain('live_migration_inbound_addr = 10.87.3.11\n')
  expect(config).toContain('hw_machine_type = x86_64=pc-q35-10.0\n')
})

test('options that are asked for lie in a file of their own, which is read last', async () => {
  const options = { libvirt: { live_migration_permit_post_copy: true } }
  const files = await computeFiles({ address: '10.87.3.11', machine: 'pc-q35-10.0', options })
  expect(files['etc/nova/landfall.conf']).toBe('[libvirt]\nlive_migration_permit_post_copy = true\n')
})

test('the cloud is called as the laboratory', () => {
  expect(cloudsFileText('rack1', '10.87.3.1')).toMatch(
    /^clouds:\n {2}rack1:\n[\s\S]*auth_url: http:\/\/10\.87\.3\.1:5000\/v3/,
  )
})
