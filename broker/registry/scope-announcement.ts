/** A notification of a table's trigger on the channel `scopes`, or of a broker: the devices of another broker are offline now. */
export type ScopeAnnouncement =
  { kind: 'user'; id: number } | { kind: 'vehicles'; ids: number[] } | { kind: 'presence' }

export const PRESENCE_ANNOUNCEMENT = 'presence'

const USER = /^user:([1-9]\d{0,14})$/
const VEHICLES = /^vehicles:([1-9]\d{0,14}(?:,[1-9]\d{0,14})*)$/

/** `undefined` for any other payload: every role that may connect to the database may send a notification. */
export function readScopeAnnouncement(payload: string): ScopeAnnouncement | undefined {
  if (payload === PRESENCE_ANNOUNCEMENT) return { kind: 'presence' }
  const [, user] = USER.exec(payload) ?? []
  if (user !== undefined) return { kind: 'user', id: Number(user) }
  const [, vehicles] = VEHICLES.exec(payload) ?? []
  if (vehicles === undefined) return undefined
  return { kind: 'vehicles', ids: vehicles.split(',').map(Number) }
}
