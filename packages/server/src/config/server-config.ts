import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { ConfigText } from './problem/config-problem.ts'
import { configProblem } from './problem/config-problem.ts'
import { describedKeys } from './described-keys.ts'

/** `127.0.0.1:8440`, `[::1]:8440` */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** How the service is run: `[server]` of the configuration file. */
export interface ServerConfig {
  readonly listen: ListenAddress
  readonly tls: { readonly certificate: string; readonly key: string } | null
  readonly novaConfigFromRequests: boolean
  readonly requestsPerSecond: number
  readonly mostConnections: number
  readonly streamsPerToken: number
  readonly plansPerToken: number
  /** How migrations went that ended so many days ago is removed; null for never. */
  readonly keepDays: number | null
  /** Everything of migrations that ended so many days ago is removed; null for never. Not below `keepDays`. */
  readonly keepReportsDays: number | null
  /** Where traces are sent; null for nowhere. */
  readonly tracesUrl: string | null
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
}

/** Every key, with what the manual says of it: the table there is made from this. */
export const serverSchema = z.strictObject({
  listen: z
    .string()
    .default('127.0.0.1:8440')
    .describe('Address and port. Other than loopback needs `tls_certificate` and `tls_key`'),
  tls_certificate: z
    .string()
    .optional()
    .describe('PEM file with the certificate and those between it and its authority'),
  tls_key: z.string().optional().describe('PEM file with its key'),
  nova_config_from_requests: z
    .boolean()
    .default(false)
    .describe("Whether a request may name files of this machine as Nova's configuration"),
  requests_per_second: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(50)
    .describe(
      'Of each token, and twice as many at once; more are answered with 429. As many requests without a known token from each address',
    ),
  most_connections: z.number().int().min(1).max(100_000).default(2000).describe('At a time, streams included'),
  streams_per_token: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .describe('Event streams of each token at a time'),
  plans_per_token: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(8)
    .describe('Plans of each token at a time: each looks at a guest and two hosts for seconds'),
  keep_days: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      'What is written of a migration is removed so many days after its end, but for its report; unless set, never',
    ),
  keep_reports_days: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      'The reports go, too, so many days after the end (20 to 30 KiB each), and lists, forecasts and the console know nothing of those migrations any more; unless set, never',
    ),
  traces_url: z
    .string()
    .refine(isCollector, 'an http:// or https:// address')
    .optional()
    .describe(
      'Where OpenTelemetry traces of migrations are sent, over HTTP in JSON (`http://127.0.0.1:4318/v1/traces`); unless set, nowhere',
    ),
  log_level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('The least that is logged'),
})

export const serverKeys = describedKeys(serverSchema)

/** @throws LandfallError `bad-config` */
export function readServerConfig(table: z.output<typeof serverSchema>, file: ConfigText): ServerConfig {
  const bad = (key: keyof typeof table, what: string, next: string): Error =>
    configProblem(file, ['server', key], what, next)
  const listen = readAddress(table.listen)
  if (listen === null) throw bad('listen', `"${table.listen}" is not ADDRESS:PORT`, 'Write it like 127.0.0.1:8440')
  const { tls_certificate: certificate, tls_key: key } = table
  if ((certificate === undefined) !== (key === undefined)) {
    throw certificate === undefined
      ? bad('tls_key', 'tls_certificate is missing', 'Set both or none')
      : bad('tls_certificate', 'tls_key is missing', 'Set both or none')
  }
  if (certificate === undefined && !isLoopback(listen.host)) {
    throw bad(
      'listen',
      `${table.listen} is reached from elsewhere, and tokens would go there unencrypted`,
      'Set tls_certificate and tls_key, or listen on 127.0.0.1',
    )
  }
  const { keep_days: keepDays = null, keep_reports_days: keepReportsDays = null } = table
  if (keepDays !== null && keepReportsDays !== null && keepReportsDays < keepDays) {
    const what = `reports would go after ${keepReportsDays} days, before the ${keepDays} that the rest stays`
    throw bad('keep_reports_days', what, 'Set it to keep_days or more')
  }
  return {
    listen,
    tls: certificate === undefined || key === undefined ? null : { certificate, key },
    novaConfigFromRequests: table.nova_config_from_requests,
    requestsPerSecond: table.requests_per_second,
    mostConnections: table.most_connections,
    streamsPerToken: table.streams_per_token,
    plansPerToken: table.plans_per_token,
    keepDays,
    keepReportsDays,
    tracesUrl: table.traces_url ?? null,
    logLevel: table.log_level,
  }
}

function isCollector(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.username === ''
}

/** Null for what is none. */
export function readAddress(text: string): ListenAddress | null {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? []
  const host = bracketed ?? plain
  const number = Number(port)
  return host === undefined || number > 65_535 ? null : { host, port: number }
}

const isLoopback = (host: string): boolean => /^(127(\.\d{1,3}){3}|::1|localhost)$/i.test(host)

/** What holds where nothing is said. */
export const defaultServerConfig: ServerConfig = readServerConfig(serverSchema.parse({}), {
  path: 'the defaults',
  text: '',
})

/** What is read at the start alone, as the file calls it. */
const atStartAlone: readonly (readonly [key: string, of: (config: ServerConfig) => unknown])[] = [
  ['server.listen', ({ listen }) => listen],
  ['server.tls_certificate', ({ tls }) => tls?.certificate],
  ['server.tls_key', ({ tls }) => tls?.key],
  ['server.most_connections', ({ mostConnections }) => mostConnections],
  ['server.nova_config_from_requests', ({ novaConfigFromRequests }) => novaConfigFromRequests],
  ['server.keep_days', ({ keepDays }) => keepDays],
  ['server.keep_reports_days', ({ keepReportsDays }) => keepReportsDays],
  ['server.traces_url', ({ tracesUrl }) => tracesUrl],
]

/** The keys of those that differ: what holds from the next start on. Pure. */
export const neededStart = (before: ServerConfig, now: ServerConfig): readonly string[] =>
  atStartAlone.filter(([, of]) => !isDeepStrictEqual(of(before), of(now))).map(([key]) => key)
