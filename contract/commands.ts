/** What goes to a vehicle on `fleet/{v}/commands`, and how its device answers on `fleet/{v}/commands/ack`. */

/**
 * A command as it is published, with QoS 1. It may come more than once: `id` tells. Before `expires_at` (RFC 3339) it
 * is worth carrying out, and not after.
 */
export interface Command {
  id: number
  name: string
  params: unknown
  expires_at: string
}

/** What a device did with the command `id`; `result` is anything that it has to say about it. */
export interface CommandAck {
  id: number
  ok: boolean
  result?: unknown
}

export const COMMAND_NAME_PATTERN = '^[A-Za-z0-9_.-]{1,64}$'

/**
 * Bytes of a command as it is published, and of an answer.
 * @limit a command, or an answer to one | 413 or 400; the answer is counted as bad
 */
export const COMMAND_BYTES_MAX = 16 * 1024

/**
 * How deep `params` and `result` may be nested: a small device's parser has a limit of its own.
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
 * - `delivered`: one has, with a PUBACK
 * - `acknowledged`, `failed`: it has answered, with `ok` true or false
 * - `expired`: its time was over before that
 * - `cancelled`: taken back while it was queued; if it was on its way then, the device's answer still counts
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

/** JSON Schema (2020-12) of a device's answer. Its size and depth are checked beside it. */
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

/** The payload of a command; its `params` are JSON already. */
export function writeCommand(command: Omit<Command, 'params'>, params: string): string {
  const { id, name, expires_at } = command
  return `{"id":${id},"name":${JSON.stringify(name)},"params":${params},"expires_at":${JSON.stringify(expires_at)}}`
}
