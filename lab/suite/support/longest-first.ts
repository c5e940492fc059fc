import { relative } from 'node:path'
import { BaseSequencer } from 'vitest/node'
import type { TestSpecification } from 'vitest/node'

/**
 * Seconds that files of the laboratory take, on two busy cores; others take less than any of these. Rough is good enough: they
 * say in which order files begin, and nothing else.
 */
const seconds: Readonly<Record<string, number>> = {
  'lab/suite/service/service.test.ts': 200,
  'lab/suite/bad-input.test.ts': 198,
  'lab/suite/laboratory/lab-guest.test.ts': 182,
  'lab/suite/surface.test.ts': 179,
  'lab/suite/back-and-forth.test.ts': 139,
  'lab/suite/local-disk.test.ts': 100,
  'lab/suite/quiet-guest.test.ts': 97,
  'lab/suite/faults/survives-its-client.test.ts': 86,
  'lab/suite/nova-preset.test.ts': 82,
  'lab/suite/faults/interrupt.test.ts': 81,
  'lab/suite/cold.test.ts': 61,
  'lab/suite/compression.test.ts': 52,
  'lab/suite/intent.test.ts': 45,
  'packages/nova/suite/oslo.test.ts': 38,
  'lab/suite/faults/silent-source.test.ts': 33,
}

/** The longest files begin first, so that the workers end together. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const timeOf = ({ moduleId }: TestSpecification): number => seconds[relative(this.ctx.config.root, moduleId)] ?? 0
    return (await super.sort(files)).toSorted((a, b) => timeOf(b) - timeOf(a))
  }
}
