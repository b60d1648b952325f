import type { Express, Request, Response } from 'express'
import type { Claims } from '../../contract/claims.ts'
import type { Jwt } from '../../kit/jwt.ts'
import type { FairQueue } from '../../kit/fair-queue.ts'
import type { OnWait } from '../../kit/fair-waiting.ts'
import { networkOf } from '../../kit/network.ts'
import { authenticate, challenge } from '../access/authenticate.ts'
import { readBody } from './body.ts'
import { callerId } from '../access/caller-id.ts'
import type { Callers } from '../access/callers.ts'
import type { Idempotency } from './idempotency.ts'
import type { ConcurrencyLimit } from './concurrency-limit.ts'
import { sendProblem } from './problem-response.ts'
import { readQuery } from './query-string.ts'
import { isRefusal, refuse, refuseFaults, type Refusal } from './refusal.ts'
import { readsBody, type Input, type Reply, type Route } from './route.ts'
import type { Schema } from '../../contract/schema-type.ts'
import { sendText } from './send-text.ts'
import { sendStream } from './stream-reply.ts'
import { createCompile, type Validate } from '../schema/validate.ts'
import type { WaitingBodies } from './waiting-bodies.ts'

interface MountOptions {
  /** for routes that use a cookie */
  isOwnOrigin: (req: Request) => boolean
  jwt: Jwt
  callers: Callers
  idempotency: Idempotency
  /** for logged-in callers */
  userLimit: ConcurrencyLimit
  turns: FairQueue
  bodies: WaitingBodies
  /** for all other callers */
  anonymousBodies: WaitingBodies
  /** the same for devices, so that neither blocks the other */
  deviceBodies: WaitingBodies
  deviceLimit: ConcurrencyLimit
}

const tooMany = refuse('unavailable', 'too many of your requests are running', {
  headers: { 'retry-after': '1' },
})
const foreignOrigin = refuse('forbidden', 'the page that sent this request has another origin')
/** Marks a reply with a secret: it is neither stored nor compressed. */
const SECRET = { 'cache-control': 'no-store, no-transform' }

/** Makes Express (ADR 022) serve `routes`, and answer 405 for other methods on their paths. */
export function mountRoutes(app: Express, routes: readonly Route[], options: MountOptions): void {
  const compile = createCompile()
  for (const route of routes) {
    const answer = createAnswer(route, options, compile)
    app[route.method](expressPath(route.path), async (req, res) => {
      res.locals['route'] = route.path
      await send(res, await answer(req, res))
    })
  }
  for (const [path, allow] of methodsByPath(routes)) {
    app.all(expressPath(path), (req, res) => {
      res.locals['route'] = path
      res.set('allow', allow)
      if (req.method === 'OPTIONS') res.status(204).end()
      else void send(res, refuse('method_not_allowed', `${req.method} is not allowed; use ${allow}`))
    })
  }
}

/** The request id in the reply's header `x-request-id`. */
export function requestIdOf(res: Response): string {
  return String(res.locals['requestId'])
}

/** Sends a reply or a problem. Only a stream is awaited, and throws the errors of its chunks. */
export function send(res: Response, answer: Reply | Refusal): Promise<void> | undefined {
  if (isRefusal(answer)) {
    sendProblem(res, requestIdOf(res), answer)
    return undefined
  }
  const { status, body, text, stream, headers = {} } = answer
  if (stream) return sendStream(res, { status, headers, ...stream })
  res.status(status).set(headers)
  if (text) sendText(res, text.type, text.content)
  else if (body === undefined) res.end()
  else sendText(res, 'application/json', JSON.stringify(body))
  return undefined
}

/** The steps of every request: authentication, validation, then the handler. */
function createAnswer(
  route: Route,
  {
    isOwnOrigin,
    jwt,
    callers,
    idempotency,
    userLimit,
    turns,
    bodies,
    anonymousBodies,
    deviceBodies,
    deviceLimit,
  }: MountOptions,
  compile: (schema: Schema) => Validate,
) {
  const [params, query, body] = [compile(route.params), compile(route.query), compile(route.body)]
  const isOfDevices = route.access === 'device'

  async function readInput(
    req: Request,
    res: Response,
    caller: Claims | undefined,
  ): Promise<Omit<Input<unknown, unknown, unknown, unknown>, 'caller'> | Refusal> {
    const faults = params(req.params)
    if (faults.length > 0) return refuseFaults('invalid_request', faults)

    const mark = req.url.indexOf('?')
    const asked = readQuery(mark < 0 ? '' : req.url.slice(mark + 1), route.query)
    const queryFaults = asked.faults.length > 0 ? asked.faults : query(asked.query)
    if (queryFaults.length > 0) return refuseFaults('invalid_request', queryFaults)

    const read = readsBody(route) ? await readOwnBody(req, res, caller) : { value: {}, text: '' }
    if (isRefusal(read)) return read
    const bodyFaults = body(read.value)
    if (bodyFaults.length > 0) return refuseFaults('invalid_request', bodyFaults)

    const { headers, ip: address = '', secure: isSecure } = req
    const parts = { params: req.params, query: asked.query, body: read.value, bodyText: read.text }
    const hasLeft = () => res.closed
    const onWait = leaveOnClose(res)
    return { ...parts, address, isSecure, headers, requestId: requestIdOf(res), hasLeft, onWait }
  }

  async function readOwnBody(
    req: Request,
    res: Response,
    caller: Claims | undefined,
  ): Promise<{ value: unknown; text: string } | Refusal> {
    const { mediaTypes, bodyBytesMax, onTooLarge } = route
    const note =
      onTooLarge && ((beginning: Buffer, bytes: number) => onTooLarge(req.headers, beginning, bytes))
    const reading = readBody(req, res, mediaTypes, bodyBytesMax, note)
    if (caller !== undefined) return bodies.wait(callerId(caller), reading)
    return (isOfDevices ? deviceBodies : anonymousBodies).wait(networkOf(req.ip ?? ''), reading)
  }

  return async (req: Request, res: Response): Promise<Reply | Refusal> => {
    const entered = authenticate(jwt, req.headers.authorization, route)
    if (isRefusal(entered)) return entered
    if (route.usesSession && !isOwnOrigin(req)) return foreignOrigin
    const { caller } = entered
    if (caller) res.locals['caller'] = caller.sub
    const reason = caller && (await callers.reasonToRefuse(caller))
    if (reason !== undefined) return challenge(reason, 'invalid_token')
    const input = await readInput(req, res, caller)
    if (isRefusal(input)) return input
    // Checked last, so that refused callers and unfinished bodies do not occupy a place.
    if (caller && !userLimit.take(res, callerId(caller))) return tooMany
    if (isOfDevices && !deviceLimit.take(res, networkOf(input.address))) return tooMany
    const asked = { ...input, ...entered }
    const handle = async () => idempotency.run(route, asked, async () => route.handle(asked))
    const answer =
      caller && !route.isLong ? await turns.run(callerId(caller), handle, input.onWait) : await handle()
    if (answer === undefined) return tooMany
    return route.hasSecretReply ? { ...answer, headers: { ...answer.headers, ...SECRET } } : answer
  }
}

/** A client that has disconnected waits no longer. */
function leaveOnClose(res: Response): OnWait {
  return (leave) => {
    if (res.closed) {
      leave()
      return undefined
    }
    res.once('close', leave)
    return () => res.off('close', leave)
  }
}

function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

/** The header `Allow` of each path. Express answers HEAD as GET. */
function methodsByPath(routes: readonly Route[]): Map<string, string> {
  const methods = new Map<string, string>()
  for (const { path, method } of routes) {
    const own = method === 'get' ? 'GET, HEAD' : method.toUpperCase()
    const others = methods.get(path)
    methods.set(path, others === undefined ? own : `${others}, ${own}`)
  }
  return methods
}
