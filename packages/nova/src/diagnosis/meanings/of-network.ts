import type { Meaning } from './meaning.ts'
import { meaning } from './meaning.ts'

const vif = [
  'DEFAULT.vif_plugging_timeout',
  'DEFAULT.vif_plugging_is_fatal',
  'compute.live_migration_wait_for_vif_plug',
] as const

/** Ports and their bindings. */
export const ofNetwork: readonly Meaning[] = [
  meaning(
    'port',
    'destination',
    /Unable to find an unused port|no free port|unused port in range|SocketPortRangeExhausted|Not able to acquire a free port/i,
    'no port is free',
    'ss -ltnp on {destination}: 49152 to 49215',
    'end what holds the ports of [migration_port_min, migration_port_max] in qemu.conf there, or widen the range',
    "internal error: Unable to find an unused port in range 'migration' (49152-49215)",
    { refusal: 'destination-full', met: 'copy' },
  ),
  meaning(
    'binding-left-over',
    'control plane',
    /Binding for port \S+ (?:on|for) host (\S+) already exists|PortBindingAlreadyExists|binding[^\n]*already exists|409[^\n]*binding/i,
    'a binding of its port for that host is there already, left over from an earlier try',
    'openstack port list --server {instance}; then GET /v2.0/ports/PORT/bindings (or ml2_port_bindings: an INACTIVE one beside an ACTIVE one)',
    'with no migration of it running, delete the INACTIVE binding for {destination} (and its levels), and ask again',
    'Binding for port dbf6360e-0907-465e-9edc-d18a6492f269 on host cmp2 already exists.',
  ),
  meaning(
    'port-binding-activation',
    'control plane',
    /PortBindingActivationFailed|Failed to activate binding/i,
    'the binding of its port could not be made the active one on the destination: the guest may be there without network',
    'openstack port list --server {instance}: status and binding_host_id',
    "see Neutron's log for why; then activate it (PUT .../bindings/{destination}/activate), or move the guest back",
    'Failed to activate binding for port dbf6360e-0907-465e-9edc-d18a6492f269 on host cmp2; please check neutron logs for more information',
    { met: 'end' },
  ),
  meaning(
    'port-binding',
    'control plane',
    /port binding|Binding failed for port|PortBindingFailed|Failed to bind port|binding_failed/i,
    'its ports cannot be bound there: the agent of {destination} is down or does not know the network, or an INACTIVE binding for that host is left over from an earlier try',
    'openstack network agent list --host {destination} (alive, bridge mappings); openstack port list --server {instance}, and the bindings of each port: an INACTIVE one beside the ACTIVE one is a left-over',
    'start the agent there, or add the physical network to its bridge_mappings; with no migration of it running, delete a left-over INACTIVE binding (and its levels) for that host; then ask again',
    'Binding failed for port dbf6360e-0907-465e-9edc-d18a6492f269, please check neutron logs for more information.',
    { met: 'conductor' },
  ),
  meaning(
    'network',
    'network',
    /virtual interfaces? |Timed out waiting for events|VirtualInterface|network-vif|plug_vifs|InstanceEventTimeout|vif_?plug/i,
    'its network interfaces were not plugged there',
    "openstack network agent list --host {destination}; the agent's log there around that time",
    "see why Neutron sent no network-vif-plugged event in time: the agent on the destination, nova's own endpoint in neutron.conf ([nova]), or a back end that sends none in a migration: then live_migration_wait_for_vif_plug = false in [compute] there",
    'Virtual interface plugin failed',
    { options: vif, met: 'prepare' },
  ),
  meaning(
    'bridge-missing',
    'destination',
    /Cannot get interface MTU on '([^']+)'|Unable to add (?:bridge|port) (\S+)|bridge[^\n]*(?:does not exist|not found|No such device)|ovs-vsctl|error adding (?:bridge|port)|tap[\w-]+[^\n]*No such device/i,
    'the bridge that its interface belongs to ({1}) is not there',
    'ip link and ovs-vsctl show on {destination}',
    'let the network agent there make the bridge (agent running, same firewall driver and integration bridge as on the source)',
    "Cannot get interface MTU on 'qbr1f0c9a3d-77': No such device",
    { met: 'copy' },
  ),
  meaning(
    'network-down',
    'control plane',
    /NeutronClient|neutron[^\n]*(?:unavailable|timed out|refused|Gateway)|Unable to establish connection to http\S*:9696|Connection to neutron failed/i,
    'Neutron did not answer',
    'openstack network agent list; curl of its endpoint from {destination}',
    "see Neutron's server and what is before it; then ask again",
    "Connection to neutron failed: HTTPConnectionPool(host='neutron', port=9696): Read timed out.",
    { options: ['neutron.url', 'neutron.endpoint_override', 'neutron.timeout'], met: 'prepare' },
  ),
]
