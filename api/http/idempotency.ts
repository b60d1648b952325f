import { createHash } from 'node:crypto'
import type { Claims } from '../../contract/claims.ts'
import { isDeeperThan } from '../../contract/depth.ts'
import type { Sql } from '../../sql/connect.ts'
import { callerId } from '../access/caller-id.ts'
import { giveKeyBack, keepReply, takeKey, type KeptReply } from './idempotency-keys.ts'
import { isRefusal, refuse, type Refusal } from './refusal.ts'
import type { Input, Reply, Route } from './route.ts'

type Asked = Input<unknown, unknown, unknown, Claims | undefined>

export interface Idempotency {
  /** Handles a request with an `Idempotency-Key`, or returns the first reply again. */
  run(route: Route, asked: Asked, handle: () => Promise<Reply | Refusal>): Promise<Reply | Refusal>
}

/** The header in the OpenAPI document. Its maximum exceeds a UUID in quotes. */
export const idempotencyKeyHeader = {
  'Idempotency-Key': {
    description:
      'A POST that is repeated with the same key within a day is carried out once, and gets the first reply again',
    schema: { type: 'string', pattern: '^[!-~]{1,100}$' },
  },
} as const

/** Maximum depth of a body; a deeper one is not stored. Commands' parameters, the deepest of all, are less deep. */
const DEPTH_MAX = 100
const KEY = new RegExp(idempotencyKeyHeader['Idempotency-Key'].schema.pattern)

/** Anonymous requests are not stored. */
export function takesIdempotencyKey({ method, access }: Pick<Route, 'method' | 'access'>): boolean {
  return method === 'post' && typeof access !== 'string'
}

/**
 * `Idempotency-Key` of draft-ietf-httpapi-idempotency-key-header: a POST that is resent because its reply was lost
 * takes effect once. A refused request may be tried again with the same key. A reply with a secret is not stored.
 */
export function createIdempotency(sql: Sql): Idempotency {
  return {
    async run(route, asked, handle) {
      const key = asked.headers['idempotency-key']
      if (!takesIdempotencyKey(route) || key === undefined || asked.caller === undefined) return handle()
      if (typeof key !== 'string' || !KEY.test(key)) {
        return refuse('invalid_request', 'Idempotency-Key must have 1 to 100 ASCII characters without spaces')
      }
      // No handler accepts such a body, and no fingerprint of it is possible.
      if (isDeeperThan(asked.body, DEPTH_MAX)) return handle()
      const request = {
        actor: callerId(asked.caller),
        key,
        fingerprint: fingerprintOf(route, asked),
      }
      const known = await takeKey(sql, request)
      if (known === 'running') {
        return refuse('conflict', 'the first request with this Idempotency-Key is still running')
      }
      if (known === 'other') {
        return refuse('conflict', 'this Idempotency-Key was used for another request')
      }
      if (known !== 'new') {
        if (known.body === undefined && route.hasSecretReply) {
          return refuse(
            'conflict',
            'this request was already carried out; its reply had a secret, which is shown only once',
          )
        }
        const { status, headers, body } = known
        return { status, headers, ...(body !== undefined && { body: JSON.parse(body) as unknown }) }
      }
      let answer: Reply | Refusal | undefined
      try {
        answer = await handle()
        return answer
      } finally {
        if (answer === undefined || isRefusal(answer)) await giveKeyBack(sql, request)
        else await keepReply(sql, request, toKeep(route, answer))
      }
    },
  }
}

function toKeep(route: Route, { status, headers = {}, body }: Reply): KeptReply {
  const kept = route.hasSecretReply || body === undefined ? undefined : JSON.stringify(body)
  return { status, headers, body: kept }
}

/**
 * Omits a user's password: anyone who reads the table could guess a password from its fast hash. A deeper member of
 * this name, as in the parameters of a command, is not a password.
 */
function fingerprintOf(route: Route, { params, query, body }: Asked): Buffer {
  const hasPassword = typeof body === 'object' && body !== null && 'password' in body
  const told = hasPassword ? { ...body, password: undefined } : body
  return createHash('sha256')
    .update(JSON.stringify([route.path, params, query, told]))
    .digest()
}
