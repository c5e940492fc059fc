import type { Advice, AdvisedChange, Examination, Lack, WritePlan } from '@landfall/doctor'
import { differingOptions, releaseName, wasExamined } from '@landfall/doctor'
import { insteadJson } from '../plan/plan-json.ts'

/** What became of `--write`. */
export interface WriteAnswer {
  /** `libvirt.live_migration_permit_auto_converge=true`; empty where nothing is advised. */
  readonly settings: readonly string[]
  readonly plan: WritePlan
  readonly written: readonly { readonly host: string; readonly path: string; readonly backup: string | null }[]
}

/** What the doctor says, for scripts; keys are documented in docs/cli.md. Times are milliseconds, as logged, read as UTC. */
export function doctorJson(
  examination: Examination,
  wanted: Lack | null,
  written: WriteAnswer | null,
  exitCode: number,
): Record<string, unknown> {
  const {
    fleet,
    hosts,
    logs,
    migrations,
    advice,
    changes,
    release,
    releases,
    releaseFrom,
    unconfigured,
    unreadable,
    skipped,
  } = examination
  return {
    release: { number: release, name: releaseName(release), from: releaseFrom, ...releases },
    hosts: hosts.map(({ host, sources, logFiles, logBytes, unreached }, index) => ({
      host,
      configFiles: sources.map(({ path }) => path),
      logFiles,
      logBytes,
      lines: logs[index]?.lines ?? 0,
      unreached,
    })),
    migrations: migrations.map((finding, index) => ({ ...finding, advice: adviceJson(advice[index]) })),
    changes: changes.map(changeJson),
    fleet: {
      guestGiB: fleet.guestGiB,
      hosts: fleet.hosts,
      broken: fleet.broken,
      unknown: unconfigured,
      differing: differingOptions(fleet).map(({ option }) => option),
      options: fleet.options,
      remarks: fleet.remarks,
    },
    ...(wanted === null ? {} : { wanted: lackJson(wanted) }),
    ...(written === null ? {} : { write: writeJson(written) }),
    unreadable,
    skipped,
    examined: wasExamined(examination),
    exitCode,
  }
}

const adviceJson = (advice: Advice | undefined): unknown =>
  advice === undefined ? undefined : { ...advice, landfall: insteadJson(advice.landfall) }

const changeJson = ({ change, migrations, lack }: AdvisedChange): Record<string, unknown> => ({
  ...change,
  migrations,
  ...lackJson(lack),
})

const lackJson = ({ settings, have, lack, sentence }: Lack): Record<string, unknown> => ({
  settings: settings.map(({ group, name, value }) => ({ group, name, value })),
  have,
  lack,
  sentence,
})

const writeJson = ({ settings, plan, written }: WriteAnswer): Record<string, unknown> => ({
  settings,
  planned: plan.writes.map(({ host, path, diff, note }) => ({ host, path, diff, note })),
  leftAlone: plan.unplanned,
  written,
})
