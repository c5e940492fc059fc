import type { Release, Setting } from '@landfall/nova'
import { takesEffect } from '@landfall/nova'
import type { SshTarget } from '../hosts/host-material.ts'
import { SshError } from '../ssh/ssh-source.ts'
import type { ScriptedWrite } from './apply-scripts.ts'
import { ends, lookScript, restartScript, writeScript } from './apply-scripts.ts'
import type { AppliedRun, HostState } from './host-state.ts'
import { readHostState, sha256 } from './host-state.ts'
import type { HostPlan } from './host-plan.ts'
import type { ShellAnswer } from './run-on-host.ts'
import { runOf } from './which-run.ts'

/** A hypervisor that is changed. */
export interface ApplyHost {
  readonly host: string
  readonly target: SshTarget
}

/** What happened, in its order. */
export type ApplyEvent =
  | { readonly host: string; readonly what: 'written'; readonly path: string; readonly backup: string | null }
  | { readonly host: string; readonly what: 'waits'; readonly why: string }
  | { readonly host: string; readonly what: 'up' }
  | { readonly host: string; readonly what: 'failed'; readonly why: string }

export interface Heartbeat {
  readonly isUp: boolean
  /** When it was heard of last, as Nova writes it. */
  readonly at: string
}

export interface ApplyTools {
  readonly run: (target: SshTarget, script: string) => Promise<ShellAnswer>
  /** What Nova itself says that touches a host, queued and preparing migrations among it; null where there is nothing. */
  readonly touches: (host: string) => Promise<string | null>
  /** What Nova says of the host's service; null where it lists none of that name, or does not say. Absent where it is not asked. */
  readonly heartbeat?: (host: string) => Promise<Heartbeat | null>
  readonly wait: (ms: number) => Promise<void>
  readonly now: () => number
}

export interface ApplyOptions {
  readonly service: string
  readonly settings: readonly Setting[]
  readonly release: Release
  /** How long a host's migrations are waited for. */
  readonly waitMs: number
  readonly upWithinS: number
  /** Between two looks whether it is up; a second where nothing is said. */
  readonly pollS?: number
  /** How long it has to stay up with the same process; 30 where nothing is said. */
  readonly stableS?: number
}

/** Looks at a host. @throws SshError */
export async function lookAt(
  { target }: ApplyHost,
  path: string,
  service: string,
  { run }: Pick<ApplyTools, 'run'>,
): Promise<HostState | { readonly why: string }> {
  const answer = await run(target, lookScript(target.folder, path, service))
  if (answer.code !== 0) return { why: answer.complaint }
  return readHostState(answer.stdout) ?? { why: 'its answer is not all there' }
}

/** Between two looks whether a host is free. */
const pollMs = 10_000

/**
 * One host after the other: written whole or not at all, then its service restarted while no migration touches it, and waited for.
 * Ends at the first failure: the hosts behind it are not touched.
 */
export async function* applyChange(
  plans: readonly HostPlan[],
  hosts: ReadonlyMap<string, ApplyHost>,
  options: ApplyOptions,
  tools: ApplyTools,
  reverting = false,
): AsyncGenerator<ApplyEvent> {
  const run = runOf(plans, options.settings, tools.now())
  for (const plan of plans) {
    const host = hosts.get(plan.host)
    if (host === undefined || plan.what === 'done' || plan.what === 'kept' || plan.what === 'cannot') continue
    // What an earlier run has left to do may need more than what this one changes.
    const how = reverting || plan.state.pending ? 'restart' : takesEffect(options.settings, options.release)
    try {
      // Before anything is changed: a file that waits for its restart is read by whoever restarts the service.
      if (how === 'restart') {
        for await (const event of untilFree(host, options, tools)) {
          yield event
          if (event.what === 'failed') return
        }
      }
      if (plan.what === 'write') {
        const answer = await tools.run(
          host.target,
          writeScript(scripted(host, plan, tools.now(), reverting ? null : run)),
        )
        if (answer.code !== 0) {
          yield { host: plan.host, what: 'failed', why: answer.complaint }
          return
        }
        const backup = /^backup (.*)$/m.exec(answer.stdout)?.[1] ?? '-'
        yield { host: plan.host, what: 'written', path: plan.state.path, backup: backup === '-' ? null : backup }
      }
      for await (const event of restarted(host, plan.state.path, how, options, tools)) {
        yield event
        if (event.what === 'failed') return
      }
    } catch (error) {
      if (!(error instanceof SshError)) throw error
      yield { host: plan.host, what: 'failed', why: error.message }
      return
    }
  }
}

export function scripted(
  { target }: ApplyHost,
  plan: Extract<HostPlan, { what: 'write' }>,
  now: number,
  /** Null on the way back. */
  run: AppliedRun | null,
): ScriptedWrite {
  const { state, after, like } = plan
  return {
    root: target.folder,
    path: state.path,
    beforeSha256: state.bytes === null ? null : sha256(state.bytes),
    after,
    stamp: new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, ''),
    like,
    keep: run !== null,
    run: run ?? state.applied?.run ?? null,
  }
}

/** Nova's own word on it, asked before anything is done. */
async function* untilFree(
  { host }: ApplyHost,
  { waitMs }: ApplyOptions,
  { touches, wait, now }: ApplyTools,
): AsyncGenerator<ApplyEvent> {
  const until = now() + waitMs
  for (;;) {
    const why = await touches(host)
    if (why === null) return
    if (now() >= until) {
      yield { host, what: 'failed', why: `a migration still touches it: ${why}` }
      return
    }
    yield { host, what: 'waits', why }
    await wait(pollMs)
  }
}

async function* restarted(
  { host, target }: ApplyHost,
  path: string,
  how: 'restart' | 'reload',
  { service, waitMs, upWithinS, pollS, stableS }: ApplyOptions,
  { run, touches, heartbeat, wait, now }: ApplyTools,
): AsyncGenerator<ApplyEvent> {
  const until = now() + waitMs
  const before = (await heartbeat?.(host)) ?? null
  for (;;) {
    // Asked again right before: one may have begun since.
    const nova = how === 'restart' ? await touches(host) : null
    const answer =
      nova === null
        ? await run(target, restartScript(target.folder, path, service, how, upWithinS, { pollS, stableS }))
        : null
    if (answer?.code === 0) break
    if (answer !== null && answer.code !== ends.migrating) {
      yield { host, what: 'failed', why: answer.complaint }
      return
    }
    const why = nova ?? answer?.complaint ?? ''
    if (now() >= until) {
      yield {
        host,
        what: 'failed',
        why: `a migration still touches it: ${why}; the file is written, the service not restarted`,
      }
      return
    }
    yield { host, what: 'waits', why }
    await wait(pollMs)
  }
  const upUntil = now() + upWithinS * 1000
  // Its word from before the restart is no word of the service that runs now.
  const isHeard = async (): Promise<boolean> => {
    if (heartbeat === undefined) return true
    const told = await heartbeat(host)
    return told !== null && told.isUp && told.at !== before?.at
  }
  while (!(await isHeard())) {
    if (now() >= upUntil) {
      yield { host, what: 'failed', why: 'its service runs, and Nova does not say that it is up' }
      return
    }
    await wait(2000)
  }
  yield { host, what: 'up' }
}
