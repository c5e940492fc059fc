/**
 * The service: apart from the rest, since a command that asks for a migration needs no HTTP server.
 *
 * @module
 */
export type { Service, ServiceOptions } from './service/service.ts'
export { startService } from './service/service.ts'
export { createLog } from './service/log/log.ts'
