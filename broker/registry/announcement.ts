import { ROW_ID, UUID } from '../../contract/ids.ts'

/** A notification of a table's trigger on the channel `registry`. */
export type Announcement =
  | { kind: 'device' | 'vehicle'; id: number }
  | { kind: 'moves' }
  /** `expiresAtS`: seconds since 1970 */
  | { kind: 'token'; jti: string; expiresAtS: number }

/** The API signs tokens for at most ten years; nothing is remembered for longer. */
const LIFETIME_MAX_S = 3651 * 24 * 3600
const ROW = new RegExp(`^(device|vehicle):(${ROW_ID})$`)
/** A UUID as PostgreSQL writes it. Tokens that devices sign have a `jti` of their own, which is in no table. */
const TOKEN = new RegExp(`^token:(${UUID}):(\\d{1,15})$`)

/** `undefined` for any other payload: every role that may connect to the database may send a notification. */
export function readAnnouncement(payload: string, nowS: number): Announcement | undefined {
  if (payload === 'moves') return { kind: 'moves' }
  const [, kind, id] = ROW.exec(payload) ?? []
  if (kind === 'device' || kind === 'vehicle') return { kind, id: Number(id) }
  const [, jti, expiry] = TOKEN.exec(payload) ?? []
  if (jti === undefined) return undefined
  return { kind: 'token', jti, expiresAtS: Math.min(Number(expiry), Math.floor(nowS) + LIFETIME_MAX_S) }
}
