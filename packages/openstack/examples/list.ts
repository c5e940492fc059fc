// Lists a cloud's servers with their hosts, as clouds.yaml or OS_* say: node examples/list.ts [CLOUD]
import { connect } from '@landfall/openstack'

const cloud = await connect({ cloud: process.argv[2] })
for await (const server of cloud.compute.servers.each({ allProjects: true }))
  console.log(`${server.name}  ${server.status}  ${server.host ?? 'host not told'}`)
