/** The points of a chart in order of time; `null` is a gap in the line. */
export type Columns = readonly [seconds: readonly number[], values: readonly (number | null)[]]
