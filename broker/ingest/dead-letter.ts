import type { Problem } from '../../contract/problems.ts'

/** A refused reading or message, as it is kept in `rejected_messages`. */
export interface DeadLetter {
  receivedAtMs: number
  /** the receipt time of the message, in microseconds since 1970: together with the payload it identifies a letter */
  receivedUs: number
  /** `null` for readings of several vehicles, which only administrators see */
  vehicleId: number | null
  deviceId: number
  problems: Problem[]
  /** index in the message's array; `null` for the message as a whole */
  index: number | null
  /** as the device sent it, byte for byte */
  payload: Buffer
  /** whether it already counts towards the limits of its device */
  isAdmitted?: boolean
}
