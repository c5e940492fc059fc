import type { SourceMessage } from './source-message.ts'
import { compared, recalled } from './source-message.ts'

const read = (library: string): ReturnType<typeof compared> => compared('check', library)
const remembered = (library: string): ReturnType<typeof recalled> => recalled('check', library)

/** What Nova hands on of the libraries below it. */
export const ofLibraries: readonly SourceMessage[] = [
  remembered('oslo.messaging amqpdriver.py')(
    'timeout',
    'oslo_messaging.exceptions.MessagingTimeout: Timed out waiting for a reply to message ID %s',
  ),
  read('oslo.messaging impl_rabbit.py')(
    'message-queue',
    "oslo_messaging.exceptions.MessageDeliveryFailure: Unable to connect to AMQP server on %h:5672 after inf tries: Exchange.declare: (404) NOT_FOUND - no exchange '%s' in vhost '/'",
  ),
  remembered('oslo.db')(
    'database-conflict',
    "oslo_db.exception.DBDeadlock: (pymysql.err.OperationalError) (1213, 'Deadlock found when trying to get lock; try restarting transaction')",
  ),
  remembered('oslo.db')(
    'database-down',
    "oslo_db.exception.DBConnectionError: (pymysql.err.OperationalError) (2003, \"Can't connect to MySQL server on '%h'\")",
  ),
  remembered('oslo.db')(
    'database',
    "oslo_db.exception.DBError: (pymysql.err.InternalError) (1054, \"Unknown column '%s' in 'field list'\")",
  ),
  remembered('keystoneauth')(
    'token-expired',
    'keystoneauth1.exceptions.http.Unauthorized: The request you have made requires authentication. (HTTP 401)',
  ),
  read('keystoneauth access/service_catalog.py')(
    'keystone',
    'keystoneauth1.exceptions.catalog.EndpointNotFound: internal endpoint for network service named %s in %s region not found',
  ),
  read('neutronclient common/exceptions.py')(
    'network-down',
    'neutronclient.common.exceptions.ConnectionFailed: Connection to neutron failed: %s',
  ),
  read('os-brick exception.py')('volume', 'os_brick.exception.VolumeDeviceNotFound: Volume device not found at %p.'),
  read('os-brick exception.py')(
    'multipath',
    'os_brick.exception.NoFibreChannelVolumeDeviceFound: Unable to find a Fibre Channel volume device.',
  ),
  read('castellan common/exception.py')(
    'encrypted-volume',
    'castellan.common.exception.KeyManagerError: Key manager error: %s',
  ),
  remembered('rados')(
    'ceph',
    'rados.PermissionDeniedError: [errno 13] RADOS permission denied (error connecting to the cluster)',
  ),
  remembered('oslo.concurrency')(
    'iscsi',
    'oslo_concurrency.processutils.ProcessExecutionError: Unexpected error while running command. Command: iscsiadm -m node -T iqn.2010-10.org.openstack:volume-%u -p %h:3260 --login Exit code: 8',
  ),
  remembered('oslo.concurrency')(
    'config-drive',
    'oslo_concurrency.processutils.ProcessExecutionError: Unexpected error while running command. Command: scp -r %h:/var/lib/nova/instances/%g/disk.config /var/lib/nova/instances/%g Exit code: 1',
  ),
  remembered('oslo.concurrency')(
    'scp-failed',
    'oslo_concurrency.processutils.ProcessExecutionError: Unexpected error while running command. Command: scp -C -r %h:/var/lib/nova/instances/_base/%s /var/lib/nova/instances/_base Exit code: 1',
  ),
  remembered('Python')('permission', "PermissionError: [Errno 13] Permission denied: '/var/lib/nova/instances/%g'"),
  remembered('Python')('disk', 'OSError: [Errno 28] No space left on device'),
]
