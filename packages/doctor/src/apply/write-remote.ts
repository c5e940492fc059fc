import type { Setting } from '@landfall/nova'
import type { HostMaterial } from '../hosts/host-material.ts'
import { SshError } from '../ssh/ssh-source.ts'
import type { WrittenFile } from '../writing/plan-writes.ts'
import type { ApplyTools } from './apply-change.ts'
import type { HostPlan } from './host-plan.ts'
import { scripted } from './apply-change.ts'
import { writeScript } from './apply-scripts.ts'
import { applyHosts } from './plan-apply.ts'
import { runOf } from './which-run.ts'

/** Writes over ssh what was planned, without any restart; ends at the first host that fails, which is as it was. */
export async function* writeRemote(
  materials: readonly HostMaterial[],
  plans: readonly HostPlan[],
  settings: readonly Setting[],
  { run, now }: Pick<ApplyTools, 'run' | 'now'>,
): AsyncGenerator<WrittenFile | { readonly host: string; readonly why: string }> {
  const hosts = applyHosts(materials)
  const own = runOf(plans, settings, now())
  for (const plan of plans) {
    const host = hosts.get(plan.host)
    if (host === undefined || plan.what !== 'write') continue
    try {
      const answer = await run(host.target, writeScript(scripted(host, plan, now(), own)))
      if (answer.code !== 0) {
        yield { host: plan.host, why: answer.complaint }
        return
      }
      const backup = /^backup (.*)$/m.exec(answer.stdout)?.[1] ?? '-'
      yield { host: plan.host, path: `${plan.host}:${plan.state.path}`, backup: backup === '-' ? null : backup }
    } catch (error) {
      if (!(error instanceof SshError)) throw error
      yield { host: plan.host, why: error.message }
      return
    }
  }
}
