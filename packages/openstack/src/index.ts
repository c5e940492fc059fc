/**
 * A client of OpenStack for moving servers between hosts: Keystone, Nova, Placement, and what of Neutron and Cinder tells
 * whether everything came along.
 *
 * @module
 */
export { connect, connectTo } from './connect.ts'
export type { ConnectOptions, OpenStack } from './connect.ts'
export { codeOfStatus, isNotFound, OpenStackClientError, OpenStackError } from './errors.ts'
export type { ApiErrorCode, ApiErrorFields, ClientErrorCode } from './errors.ts'
export { readCloudConfig } from './config/cloud-config.ts'
export type { CloudConfig, ServiceConfig } from './config/cloud-config.ts'
export type { CloudChoice } from './config/cloud-values.ts'
export { thisMachine } from './config/config-source.ts'
export type { ConfigSource } from './config/config-source.ts'
export type { HttpAnswer, HttpMethod, HttpRequest, Transport } from './http/exchange.ts'
export { fetchTransport } from './http/fetch-transport.ts'
export type { FetchOptions } from './http/fetch-transport.ts'
export { plainTls, transportFor } from './http/tls-transport.ts'
export type { TlsSettings } from './http/tls-transport.ts'
export type {
  AuthMethod,
  CredentialRef,
  DomainRef,
  EndpointAuth,
  KeystoneAuth,
  NamedRef,
  Scope,
} from './identity/auth-method.ts'
export type { Access, CatalogueEntry } from './identity/access.ts'
export { Session } from './identity/session.ts'
export type { SessionOptions } from './identity/session.ts'
export type { EndpointInterface, ServiceType } from './service/service-type.ts'
export type { Microversion, VersionRange } from './service/microversion.ts'
export { compareMicroversions, formatMicroversion, parseMicroversion } from './service/microversion.ts'
export { ServiceClient } from './service/service-client.ts'
export type { Accepted, CallOptions, Opened, ServiceApi } from './service/service-client.ts'
export { Compute } from './compute/compute.ts'
export type { Server, PowerState } from './compute/server.ts'
export type { NewServer, ServerFilter, Servers, Signalled } from './compute/servers.ts'
export type { LiveMigration, ServerActions } from './compute/server-actions.ts'
export { hasEnded, migrationStatuses, migrationTypes } from './compute/migration.ts'
export type { Migration, MigrationStatus, MigrationType, ServerMigration } from './compute/migration.ts'
export type { MigrationFilter, Migrations } from './compute/migrations.ts'
export type { ServerGroup, ServerGroups } from './compute/server-groups.ts'
export type { ServerMigrations } from './compute/server-migrations.ts'
export type { ComputeService, ComputeServices } from './compute/compute-services.ts'
export type { Hypervisor, Hypervisors } from './compute/hypervisors.ts'
export type { Flavor, Flavors, NewFlavor } from './compute/flavors.ts'
export type { ActionEvent, InstanceAction, InstanceActions } from './compute/instance-actions.ts'
export { Placement } from './placement/placement.ts'
export type { Allocations, Inventory, ResourceProvider } from './placement/placement.ts'
export { Network } from './network/network.ts'
export type { Port, PortBinding } from './network/network.ts'
export { Volumes } from './volume/volumes.ts'
export type { Volume, VolumeAttachment } from './volume/volumes.ts'
