import { randomUUID } from 'node:crypto'
import { Agent, request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { Agent as TlsAgent, request as requestHttps } from 'node:https'
import { BROKER_STATUS_PATH, type BrokerStatus } from '../../contract/broker-status.ts'
import { makeClaims } from '../../contract/claims.ts'
import {
  INTAKE_BYTES_HEADER,
  INTAKE_DEVICE_HEADER,
  INTAKE_IDLE_MS,
  INTAKE_PATHS,
  type IntakeRefusal,
  type IntakeReply,
} from '../../contract/intake.ts'
import { isKey } from '../../contract/topics.ts'
import { codeOf, messageOf } from '../../kit/errors.ts'
import type { Jwt } from '../../kit/jwt.ts'
import { TOKEN_BYTES_MAX } from '../../kit/token-header.ts'

export interface DeadLetterToReplay {
  vehicleId: number
  deviceId: number
  /** the time for readings that have none, in microseconds since 1970 */
  receivedUs: number
  payload: Buffer
}

/**
 * Hands messages to the broker, and waits until they are settled; also reads the broker's status. No promise ever
 * rejects.
 */
export interface BrokerClient {
  /** @param device the key of the device that the token must belong to, if it is known from elsewhere */
  publish(token: string, payload: Buffer, device?: string): Promise<IntakeReply | IntakeRefusal>
  /** Stores the beginning of a message of `bytes`, which is too large, as a dead letter. */
  noteTooLarge(token: string, beginning: Buffer, bytes: number): Promise<IntakeReply | IntakeRefusal>
  replay(letter: DeadLetterToReplay): Promise<IntakeReply | IntakeRefusal>
  /** The status of the broker, or the reason why it is unknown. */
  status(): Promise<{ status: BrokerStatus } | { unknown: string }>
}

/**
 * Further requests wait for one of these.
 * @limit connections of the API to a broker, for messages over HTTP | further messages wait, and get 503 after 12 s
 */
const CONNECTIONS_MAX = 64
/** Longer than the broker needs for any reply. */
const TIMEOUT_MS = 12_000
/**
 * The same for its status, for which the broker queries the database for up to 2 s.
 * @limit a request to the broker for the overview | `broker` is null with the reason
 */
const STATUS_TIMEOUT_MS = 4000
const TOKEN_LIFETIME_S = 60
const FITS_HEADER = /^[!-~]+$/
/** Errors of a request whose connection was closed by the other side. */
const CLOSED = new Set(['ECONNRESET', 'EPIPE'])
const NO_TOKEN: IntakeRefusal = { code: 'unauthorized', detail: 'the text is not a token' }

/** @param options.url of the broker's status port, or of a load balancer before several */
export function createBrokerClient(options: { url: string; jwt: Jwt; now: () => number }): BrokerClient {
  const { jwt, now } = options
  const url = new URL(options.url)
  const limits = { keepAlive: true, maxSockets: CONNECTIONS_MAX, timeout: INTAKE_IDLE_MS }
  const agent = url.protocol === 'https:' ? new TlsAgent(limits) : new Agent(limits)

  async function ask(
    path: string,
    headers: Record<string, string>,
    body: Buffer,
  ): Promise<IntakeReply | IntakeRefusal> {
    try {
      const response = await send(new URL(path, url), { method: 'POST', agent, headers }, TIMEOUT_MS, body)
      return JSON.parse(await textOf(response)) as IntakeReply | IntakeRefusal
    } catch (error) {
      const detail = `the broker cannot be reached right now: ${messageOf(error)}`
      return { code: 'unavailable', detail, retryAfterS: 2 }
    }
  }

  function ownToken(): string {
    const nowS = Math.floor(now() / 1000)
    const token = { sub: 'api', role: 'service', aud: 'intake', jti: randomUUID() } as const
    return jwt.sign(makeClaims({ ...token, nowS, lifetimeS: TOKEN_LIFETIME_S }))
  }

  return {
    async publish(token, payload, device) {
      if (!isToken(token)) return NO_TOKEN
      if (device !== undefined && !isKey(device))
        return {
          code: 'unauthorized',
          detail: `the token does not belong to the device "${device.slice(0, 64)}"`,
        }
      const named = device === undefined ? {} : { [INTAKE_DEVICE_HEADER]: device }
      return ask(INTAKE_PATHS.telemetry, { authorization: `Bearer ${token}`, ...named }, payload)
    },
    async noteTooLarge(token, beginning, bytes) {
      if (!isToken(token)) return NO_TOKEN
      const headers = { authorization: `Bearer ${token}`, [INTAKE_BYTES_HEADER]: String(bytes) }
      return ask(INTAKE_PATHS.telemetry, headers, beginning)
    },
    replay({ vehicleId, deviceId, receivedUs, payload }) {
      const query = `vehicle_id=${vehicleId}&device_id=${deviceId}&received_us=${receivedUs}`
      return ask(`${INTAKE_PATHS.replay}?${query}`, { authorization: `Bearer ${ownToken()}` }, payload)
    },
    async status() {
      try {
        // Over a separate connection: the status is needed most while all others wait for the broker.
        const response = await send(new URL(BROKER_STATUS_PATH, url), { agent: false }, STATUS_TIMEOUT_MS)
        const text = await textOf(response)
        if (response.statusCode === 200) return { status: JSON.parse(text) as BrokerStatus }
        return { unknown: `the broker answered ${response.statusCode}: ${text.slice(0, 200).trim()}` }
      } catch (error) {
        return { unknown: `the broker cannot be reached: ${messageOf(error)}` }
      }
    },
  }
}

/** Resolves with the response, whose body is not yet read. Rejects without a response in time. */
function send(url: URL, options: RequestOptions, timeoutMs: number, body?: Buffer): Promise<IncomingMessage> {
  const start = url.protocol === 'https:' ? requestHttps : requestHttp
  const untilMs = performance.now() + timeoutMs
  return new Promise((resolve, reject) => {
    function attempt(options: RequestOptions): void {
      const request = start(url, options)
      const end = () => request.destroy(new Error(`no answer in ${timeoutMs} ms`))
      const timer = setTimeout(end, untilMs - performance.now())
      request.once('response', resolve)
      request.once('close', () => clearTimeout(timer))
      request.once('error', (error) => {
        // A load balancer, or a broker that stops, can close an idle connection at the very moment of its next request.
        // The request was not received then, and is sent once more, over a new connection.
        if (request.reusedSocket && CLOSED.has(codeOf(error))) attempt({ ...options, agent: false })
        else reject(error)
      })
      request.end(body)
    }
    attempt(options)
  })
}

function isToken(text: string): boolean {
  return FITS_HEADER.test(text) && text.length <= TOKEN_BYTES_MAX
}

async function textOf(response: IncomingMessage): Promise<string> {
  return Buffer.concat((await response.toArray()) as Buffer[]).toString('utf8')
}
