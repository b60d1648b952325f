/** The payloads of `fleet/{v}/commands`, and of a device's answer on `fleet/{v}/commands/ack`. */

/**
 * A published command, with QoS 1. It may arrive more than once with the same `id`. After `expires_at` (RFC 3339) it
 * must not be carried out.
 */
export interface Command {
  id: number
  name: string
  params: unknown
  expires_at: string
}

/** A device's answer to the command `id`; `result` may be any value. */
export interface CommandAck {
  id: number
  ok: boolean
  result?: unknown
}

export const COMMAND_NAME_PATTERN = '^[A-Za-z0-9_.-]{1,64}$'

/**
 * Maximum bytes of a published command, and of an answer.
 * @limit a command, or an answer to one | 413 or 400; the answer is counted as bad
 */
export const COMMAND_BYTES_MAX = 16 * 1024

/**
 * Maximum depth of `params` and `result`: a small device's parser is limited.
 * @limit levels of JSON in a command or an answer | 400; the answer is counted as bad
 */
export const COMMAND_DEPTH_MAX = 10

export const COMMAND_LIFETIME_S_DEFAULT = 3600
/** @limit how long a command waits for its device | 400 */
export const COMMAND_LIFETIME_S_MAX = 30 * 24 * 3600

/**
 * Commands of a vehicle that are neither answered, cancelled nor expired.
 * @limit open commands of a vehicle | 429
 */
export const OPEN_COMMANDS_MAX = 100

/**
 * - `queued`: no device of the vehicle has confirmed its receipt
 * - `delivered`: a device has confirmed it with a PUBACK
 * - `acknowledged`, `failed`: the device has answered, with `ok` true or false
 * - `expired`: the command was not answered in time
 * - `cancelled`: cancelled while it was queued; if it was already in transit, the device's answer still counts
 */
export const COMMAND_STATES = [
  'queued',
  'delivered',
  'acknowledged',
  'failed',
  'expired',
  'cancelled',
] as const
export type CommandState = (typeof COMMAND_STATES)[number]

/** JSON Schema (2020-12) of a device's answer. Its size and depth are checked separately. */
export const COMMAND_ACK_SCHEMA = {
  $id: 'https://fleetwire.dev/schemas/command-ack.json',
  title: 'Answer to a command',
  type: 'object',
  properties: {
    id: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
    ok: { type: 'boolean' },
    result: { description: 'anything' },
  },
  required: ['id', 'ok'],
  additionalProperties: false,
} as const

/** The payload of a command, whose `params` are already JSON. */
export function writeCommand(command: Omit<Command, 'params'>, params: string): string {
  const { id, name, expires_at } = command
  return `{"id":${id},"name":${JSON.stringify(name)},"params":${params},"expires_at":${JSON.stringify(expires_at)}}`
}
