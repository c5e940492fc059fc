import { LabError } from '../errors.ts'
import { parseSize, parseWriteRate } from '../quantities.ts'

export const guestPrograms = ['redis', 'memcached', 'tcc'] as const
/** What a Linux guest runs instead of writing pages: a server of values with a client, or a compiler again and again. */
export type GuestProgram = (typeof guestPrograms)[number]

export interface ProgramRequest {
  /** Debian's package is fetched once. redis where there is a database, none unless told. */
  readonly program?: GuestProgram
  /** Values kept in a server in the guest, which a client there reads, checks and rewrites at `writeRate` instead of pages. */
  readonly database?: string | number
  /** 4KiB unless told, which is the most; 16 bytes at least. */
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
/** What a database takes besides: its program and libraries, a quarter more than its values, and what it keeps of each. */
const besides = { bytes: 64 * mebi, factor: 1.3, bytesOfEach: 96 }
const valueSizes = { least: 16, most: 4096 }

/**
 * @param roomBytes what the guest has beside what it keeps for itself
 * @throws LabError `quantity-invalid`
 */
export function programSpec(request: Asked, roomBytes: number): ProgramSpec {
  const databaseBytes = parseSize(request.database ?? 0)
  const valueBytes = parseSize(request.valueSize ?? valueSizes.most)
  const { program = databaseBytes > 0 ? 'redis' : null, readPercent = 25 } = request
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

const obstacleOfServer: Obstacle = (request, { program, databaseBytes, valueBytes, readPercent }, roomBytes) => {
  if (databaseBytes === 0) return `${program} needs a database: the size of all its values, like 80MiB`
  if (valueBytes < valueSizes.least || valueBytes > valueSizes.most)
    return `values of ${request.valueSize} are not possible; take ${valueSizes.least} to ${valueSizes.most} bytes`
  if (!Number.isInteger(readPercent) || readPercent < 0 || readPercent > 100)
    return `${readPercent} % of reads are not possible; take 0 to 100`
  const neededBytes = databaseBytes * (besides.factor + besides.bytesOfEach / valueBytes) + besides.bytes
  return neededBytes > roomBytes ? `a database of ${request.database} needs more memory than the guest has` : null
}

const obstacleOf: Readonly<Record<GuestProgram, Obstacle>> = {
  redis: obstacleOfServer,
  memcached: obstacleOfServer,
  tcc: ({ writeRate = 'max' }, { databaseBytes }) => {
    if (databaseBytes > 0) return 'tcc compiles and keeps no values: leave the database out'
    return parseWriteRate(writeRate) === null ? null : 'tcc compiles as fast as it can: leave the rate out'
  },
}
