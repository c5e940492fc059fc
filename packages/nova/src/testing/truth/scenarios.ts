import type { CauseCode } from '../../diagnosis/finding.ts'

/** Every cause that the doctor may name, and what must not be taken for one. */
export const causeScenarios = [
  'guest-writes-faster-than-link',
  'timeout-before-first-pass',
  'queued',
  'link-slow',
  'downtime-steps-too-far-apart',
  'post-copy-not-permitted',
  'pre-check-failed',
  'aborted-by-operator',
  'aborted-by-timeout',
  'source-service-restarted',
  'destination-full',
  'never-started',
  'hypervisor-error',
] as const satisfies readonly CauseCode[]

export const plainScenarios = [
  'success-quick',
  'success-several-passes',
  'success-auto-converge',
  'success-post-copy-forced',
  'success-post-copy-by-timeout',
  'cold-migration',
  'interleaved',
  'same-instance-twice',
  'nothing-but-noise',
] as const

export const scenarios = [...causeScenarios, ...plainScenarios] as const
export type Scenario = (typeof scenarios)[number]
