import { relative } from 'node:path'
import { BaseSequencer } from 'vitest/node'
import type { TestSpecification } from 'vitest/node'

/**
 * Seconds that files take, on a machine that is busy with another laboratory; others take about ten. Rough is good enough: they
 * say which files go together, and nothing else.
 */
const seconds: Readonly<Record<string, number>> = {
  'lab/suite/laboratory/lab-guest.test.ts': 350,
  'lab/suite/surface.test.ts': 210,
  'lab/suite/faults/survives-its-client.test.ts': 120,
  'lab/suite/back-and-forth.test.ts': 170,
  'lab/suite/bad-input.test.ts': 100,
  'lab/suite/service/service.test.ts': 180,
  'lab/suite/faults/interrupt.test.ts': 110,
  'lab/suite/quiet-guest.test.ts': 110,
  'lab/suite/cold.test.ts': 90,
  'lab/suite/local-disk.test.ts': 90,
  'lab/suite/nova-preset.test.ts': 65,
  'lab/suite/intent.test.ts': 50,
  'packages/nova/suite/oslo.test.ts': 40,
  'lab/suite/compression.test.ts': 40,
  'lab/suite/laboratory/lab-life.test.ts': 40,
  'lab/suite/faults/silent-source.test.ts': 40,
  'lab/suite/laboratory/package-locks.test.ts': 30,
}
const usualSeconds = 10

/** Shards that take about as long as each other: the longest file goes to the shard that has the least so far. */
export class EvenShards extends BaseSequencer {
  override async shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { shard, root } = this.ctx.config
    if (shard === undefined) return files
    const timed = files
      .map((file) => ({ file, name: relative(root, file.moduleId) }))
      .map((each) => ({ ...each, takes: seconds[each.name] ?? usualSeconds }))
      .toSorted((a, b) => b.takes - a.takes || a.name.localeCompare(b.name))
    const shards = Array.from({ length: shard.count }, () => ({ takes: 0, files: [] as TestSpecification[] }))
    for (const { file, takes } of timed) {
      const least = shards.reduce((a, b) => (b.takes < a.takes ? b : a))
      least.takes += takes
      least.files.push(file)
    }
    return shards[shard.index - 1]?.files ?? []
  }
}
