import type { HostLog } from '../logs/host-log.ts'
import type { Reading } from '../oslo/read-oslo.ts'
import type { DiagnoseOptions } from '../diagnosis/diagnose.ts'
import { diagnose } from '../diagnosis/diagnose.ts'
import type { MigrationFinding } from '../diagnosis/finding.ts'
import type { Line, Lines } from './lines/nova-lines.ts'
import { logOf, migration, say } from './lines/nova-lines.ts'

/** "outcome: cause, cause" of each. */
export const verdicts = (found: readonly MigrationFinding[]): string[] =>
  found.map(({ outcome, causes }) => `${outcome}: ${causes.map(({ code, which }) => which ?? code).join(', ')}`)
export const verdict = (logs: readonly HostLog[], options?: DiagnoseOptions): string[] =>
  verdicts(diagnose(logs, options))

export const source = (...lines: readonly Lines[]): HostLog => logOf('h1', ...lines)

/** The source's options. */
export const set = (values: Record<string, number | boolean>): DiagnoseOptions => ({
  config: new Map([
    [
      'h1',
      new Map(
        Object.entries(values).map(([name, value]): [string, Reading] => [
          name,
          { ok: true, value, origin: { kind: 'default' }, deprecatedName: null },
        ]),
      ),
    ],
  ]),
})

export const cancelled = (at: number): Line[] => [
  say(at, 'Migration operation was cancelled', { level: 'WARNING' }),
  say(
    at + 1,
    'Live Migration failure: operation aborted: migration out: canceled by client: libvirt.libvirtError: operation aborted: migration out: canceled by client',
    { level: 'ERROR' },
  ),
]
export const timedOut = (at: number, seconds: number): Line[] => [
  say(at, `Live migration not completed after ${seconds} sec`, { level: 'WARNING', logger: migration }),
  say(at + 0.5, `Live migration not completed after ${seconds} sec`, { level: 'WARNING', logger: migration }),
]
