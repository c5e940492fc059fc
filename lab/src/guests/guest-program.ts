import { LabError } from '../errors.ts'
import { parseSize, parseWriteRate } from '../quantities.ts'

export const guestPrograms = ['redis', 'memcached', 'postgres', 'tcc'] as const
/** What a Linux guest runs instead of writing pages: a server of values with a client, or a compiler again and again. */
export type GuestProgram = (typeof guestPrograms)[number]

export interface ProgramRequest {
  /** Debian's package is fetched once. redis where there is a database, none unless told. */
  readonly program?: GuestProgram
  /** Values kept in a server in the guest, which a client there reads, checks and rewrites at `writeRate` instead of pages. */
  readonly database?: string | number
  /** 4KiB unless told, which is the most; 16 bytes at least. Of PostgreSQL's accounts the text: 84 bytes unless told, 512 at most. */
  readonly valueSize?: string | number
  /** Of a hundred values that are written, so many are read and checked before; 25 unless told. */
  readonly readPercent?: number
}

export interface ProgramSpec {
  readonly program: GuestProgram | null
  readonly databaseBytes: number
  readonly valueBytes: number
  readonly readPercent: number
}

type Asked = ProgramRequest & {
  readonly writeSet?: string | number
  readonly writeRate?: string | number
  readonly rewrite?: string
  readonly memory?: string | number
}

const mebi = 1024 ** 2
/**
 * What a database takes besides: its program and libraries, more than its values, and what it keeps of each. PostgreSQL has them in
 * files, which are memory in such a guest, and in its buffers, with what is no longer valid and a log beside them.
 */
const besides = {
  redis: { bytes: 64 * mebi, factor: 1.3, bytesOfEach: 96 },
  memcached: { bytes: 64 * mebi, factor: 1.3, bytesOfEach: 96 },
  postgres: { bytes: 224 * mebi, factor: 2, bytesOfEach: 128 },
} as const
const valueSizes = {
  redis: { least: 16, most: 4096 },
  memcached: { least: 16, most: 4096 },
  postgres: { least: 16, most: 512 },
} as const

/**
 * @param roomBytes what the guest has beside what it keeps for itself
 * @throws LabError `quantity-invalid`
 */
export function programSpec(request: Asked, roomBytes: number): ProgramSpec {
  const databaseBytes = parseSize(request.database ?? 0)
  const { program = databaseBytes > 0 ? 'redis' : null, readPercent = 25 } = request
  const valueBytes = parseSize(request.valueSize ?? (program === 'postgres' ? 84 : 4096))
  const spec = { program, databaseBytes, valueBytes, readPercent }
  const why = program === null ? null : (obstacle(request, program) ?? obstacleOf[program](request, spec, roomBytes))
  if (why !== null) throw new LabError('quantity-invalid', why)
  return spec
}

function obstacle({ writeSet = 0, rewrite }: Asked, program: GuestProgram): string | null {
  if (!guestPrograms.includes(program)) return `"${program}" is no program; take one of ${guestPrograms.join(', ')}`
  if (parseSize(writeSet) > 0) return `a guest has a write set or runs ${program}, not both; leave one of them out`
  return rewrite === 'pages' ? `a guest rewrites whole pages or runs ${program}, not both; leave one of them out` : null
}

type Obstacle = (request: Asked, spec: ProgramSpec, roomBytes: number) => string | null

const obstacleOfServer =
  (program: Exclude<GuestProgram, 'tcc'>): Obstacle =>
  (request, { databaseBytes, valueBytes, readPercent }, roomBytes) => {
    if (databaseBytes === 0) return `${program} needs a database: the size of all its values, like 80MiB`
    const { least, most } = valueSizes[program]
    if (valueBytes < least || valueBytes > most)
      return `values of ${request.valueSize} are not possible; take ${least} to ${most} bytes`
    if (!Number.isInteger(readPercent) || readPercent < 0 || readPercent > 100)
      return `${readPercent} % of reads are not possible; take 0 to 100`
    const { bytes, factor, bytesOfEach } = besides[program]
    const neededBytes = databaseBytes * (factor + bytesOfEach / valueBytes) + bytes
    return neededBytes > roomBytes ? `a database of ${request.database} needs more memory than the guest has` : null
  }

const obstacleOf: Readonly<Record<GuestProgram, Obstacle>> = {
  redis: obstacleOfServer('redis'),
  memcached: obstacleOfServer('memcached'),
  postgres: obstacleOfServer('postgres'),
  tcc: ({ writeRate = 'max' }, { databaseBytes }) => {
    if (databaseBytes > 0) return 'tcc compiles and keeps no values: leave the database out'
    return parseWriteRate(writeRate) === null ? null : 'tcc compiles as fast as it can: leave the rate out'
  },
}
