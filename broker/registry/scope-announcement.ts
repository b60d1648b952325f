/** What a table's trigger says on the channel `scopes`. */
export type ScopeAnnouncement = { kind: 'user'; id: number } | { kind: 'vehicles'; ids: number[] }

const USER = /^user:([1-9]\d{0,14})$/
const VEHICLES = /^vehicles:([1-9]\d{0,14}(?:,[1-9]\d{0,14})*)$/

/** Undefined for what no trigger says: every role that may connect to the database may send a notification. */
export function readScopeAnnouncement(payload: string): ScopeAnnouncement | undefined {
  const [, user] = USER.exec(payload) ?? []
  if (user !== undefined) return { kind: 'user', id: Number(user) }
  const [, vehicles] = VEHICLES.exec(payload) ?? []
  if (vehicles === undefined) return undefined
  return { kind: 'vehicles', ids: vehicles.split(',').map(Number) }
}
