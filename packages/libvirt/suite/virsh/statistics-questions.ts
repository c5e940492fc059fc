import { DomainStats } from '../../src/index.ts'
import { asText, name, stats, steady } from './question.ts'
import type { Question } from './question.ts'

const groups = {
  state: DomainStats.STATE,
  'cpu-total': DomainStats.CPU_TOTAL,
  balloon: DomainStats.BALLOON,
  vcpu: DomainStats.VCPU,
  interface: DomainStats.INTERFACE,
  block: DomainStats.BLOCK,
  memory: DomainStats.MEMORY,
  dirtyrate: DomainStats.DIRTYRATE,
}

/** The statistics of a guest, by their groups. */
export const statisticsQuestions: Readonly<Record<string, Question>> = Object.fromEntries(
  Object.entries(groups).map(([group, bit]) => [
    `statistics: ${group}`,
    {
      args: ['domstats', `--${group}`, name],
      theirs: (text: string) => steady(stats(text)),
      ours: async (connection, domain) => {
        const [record] = await connection.getAllDomainStats([domain], bit)
        return steady(asText(record?.params ?? {}))
      },
    } satisfies Question,
  ]),
)
