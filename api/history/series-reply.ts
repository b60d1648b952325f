export interface SeriesQuery {
  bucket?: string
  tz?: string
  aggregates?: string
  fill?: 'null' | 'previous'
  points?: number
  fields?: string
}

export interface SeriesReply {
  /** whether each item names its vehicle */
  named: boolean
  hasLeft: () => boolean
}

export interface Series {
  items: Record<string, unknown>[]
  /** whether no reading was found; filled gaps are still items */
  isEmpty: boolean
}
