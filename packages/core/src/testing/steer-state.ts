import type { SteerState } from '../steer/state.ts'

type Groups = 'stage' | 'passes' | 'throttle' | 'postCopy' | 'switchover' | 'deltas'

/** A state with some of it otherwise, group by group. For tests. */
export function stateWith(
  state: SteerState,
  change: { readonly [Group in Groups]?: Partial<SteerState[Group]> } & Partial<Omit<SteerState, Groups>>,
): SteerState {
  const { stage, passes, throttle, postCopy, switchover, deltas, ...others } = change
  return {
    ...state,
    ...others,
    stage: { ...state.stage, ...stage },
    passes: { ...state.passes, ...passes },
    throttle: { ...state.throttle, ...throttle },
    postCopy: { ...state.postCopy, ...postCopy },
    switchover: { ...state.switchover, ...switchover },
    deltas: { ...state.deltas, ...deltas },
  }
}
