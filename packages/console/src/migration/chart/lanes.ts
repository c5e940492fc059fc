/** One line of a picture: seconds since the beginning, and a value. */
export interface Line {
  readonly name: string
  readonly colour: 'accent' | 'predicted' | 'warn'
  readonly dashed: boolean
  readonly stepped: boolean
  readonly points: readonly (readonly [seconds: number, value: number])[]
}

/** Lines with one axis of values. */
export interface Lane {
  readonly title: string
  readonly height: number
  readonly format: (value: number) => string
  /** The end of its axis; null for what is in it. */
  readonly most: number | null
  /** Whether the decisions have their numbers here. */
  readonly numbered: boolean
  readonly lines: readonly Line[]
}
