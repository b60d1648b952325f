import { connect, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, FleetwireError } from '../kit/errors.ts'
import type { Target } from './database-url.ts'
import { secure, type Ssl } from './secure.ts'

/** The probes, which begin after this silence, notice a server that vanished silently. */
const TCP_OPTIONS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 }

const LOOK_EVERY_MS = 20

export interface Dialer {
  /** Never rejects: see below. */
  dial: () => Promise<Socket>
  /** Destroys every connection, also connections that are being opened. Nothing further is sent on any of them. */
  sever: (error: Error) => void
  /** Runs `send`, and sends what it writes on each connection in one piece. */
  together: (send: () => void) => void
  /** Resolves after `ms` without a connection or an attempt to open one, or when `signal` is aborted. */
  untilUnused: (ms: number, signal: AbortSignal) => Promise<void>
  /** Gives up connections that are being opened, and all later ones. */
  close: () => void
}

export interface DialerOptions {
  targets: Target[]
  ssl: Ssl | undefined
  /** Time for one target to answer, with TLS. */
  timeoutMs: number
  /** Whether each attempt begins with another target. Otherwise it begins with the one that answered last. */
  rotate: boolean
}

/**
 * Opens the sockets of one pool, with TCP_NODELAY. Without it a COPY of 333 rows takes 88 ms instead of 1.6, because its last
 * small packet waits for the delayed ACK of the packet before.
 *
 * Targets are tried in turn. If none answers, the result is a socket that fails as soon as its owner listens. postgres.js must
 * not get a rejection here: it would reject the query, but never use that connection of the pool again.
 */
export function createDialer({ targets, ssl, timeoutMs, rotate }: DialerOptions): Dialer {
  const opening = new Set<Socket>()
  const opened = new Set<Socket>()
  const closing = new AbortController()
  let first = 0
  /** aborted and replaced at each cut */
  let uncut = new AbortController()

  async function dial(): Promise<Socket> {
    const failures: Error[] = []
    const { signal: cut } = uncut
    for (let n = 0; n < targets.length && !closing.signal.aborted && !cut.aborted; n++) {
      const index = (first + n) % targets.length
      const target = targets[index]
      if (!target) continue
      try {
        const socket = await open(target)
        first = rotate ? index + 1 : index
        return socket
      } catch (error) {
        failures.push(error as Error)
      }
    }
    return failedSocket(closing.signal.aborted ? poolClosed() : summary(failures))
  }

  async function open(target: Target): Promise<Socket> {
    const socket = connect('path' in target ? target : { ...target, ...TCP_OPTIONS })
    const timer = setTimeout(() => socket.destroy(timedOut(target, timeoutMs)), timeoutMs)
    opening.add(socket)
    try {
      await new Promise((resolve, reject) => {
        socket.once('connect', resolve).once('error', reject)
        socket.once('close', () => reject(poolClosed()))
      })
      const ready = ssl && 'host' in target ? await securely(socket, target.host, ssl) : socket
      socket.removeAllListeners('close')
      opened.add(ready)
      ready.once('close', () => opened.delete(ready))
      nameTarget(ready, target)
      return errorsWithClose(ready)
    } catch (error) {
      socket.destroy()
      throw error
    } finally {
      clearTimeout(timer)
      opening.delete(socket)
    }
  }

  return {
    dial,
    sever(error) {
      uncut.abort()
      uncut = new AbortController()
      for (const socket of [...opening, ...opened]) socket.destroy(error)
    },
    together(send) {
      for (const socket of opened) socket.cork()
      try {
        send()
      } finally {
        for (const socket of opened) socket.uncork()
      }
    },
    async untilUnused(ms, signal) {
      let unusedMs = 0
      while (unusedMs < ms && !signal.aborted) {
        await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {})
        unusedMs = opening.size + opened.size === 0 ? unusedMs + LOOK_EVERY_MS : 0
      }
    },
    close() {
      closing.abort()
      for (const socket of opening) socket.destroy()
    },
  }
}

/** Adds TLS to a socket. Also fails if the connection ends in between, which `once(socket, 'data')` would not notice. */
function securely(socket: Socket, host: string, ssl: Ssl): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('close', () =>
      reject(new FleetwireError('ECONNRESET', `${host} closed the connection during TLS`)),
    )
    secure(socket, host, ssl).then(resolve, reject)
  })
}

/** postgres.js names these two in its own errors, such as that a server accepts the connection and says nothing. */
function nameTarget(socket: Socket, target: Target): void {
  if ('host' in target) Object.assign(socket, { host: target.host, port: target.port })
  else Object.assign(socket, { host: target.path })
}

/**
 * Holds an error back until the moment of 'close'. postgres.js rejects the running queries at 'error' and takes the
 * connection out of use at 'close'; a query that is sent in between is never settled.
 *
 * A clean close before the first byte becomes an error. A proxy whose database is away closes like this, and postgres.js would
 * reconnect immediately, forever.
 */
function errorsWithClose(socket: Socket): Socket {
  const emit = socket.emit.bind(socket) as (event: string | symbol, ...args: unknown[]) => boolean
  const received = socket.bytesRead
  let failure: unknown
  socket.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    if (event === 'error') {
      failure ??= args[0]
      return true
    }
    if (event !== 'close') return emit(event, ...args)
    if (socket.bytesRead === received) failure ??= closedSilently()
    if (failure !== undefined) emit('error', failure)
    return emit('close', failure !== undefined)
  }
  return socket
}

function failedSocket(error: Error): Socket {
  const socket = new Socket()
  // Without a connection, a write would be an error of its own.
  socket.write = () => true
  // Listeners are added in the microtasks after this.
  setImmediate(() => socket.destroy(error))
  return socket
}

function closedSilently(): Error {
  return new FleetwireError('ECONNRESET', 'the server closed the connection before it answered')
}

function poolClosed(): Error {
  return new FleetwireError('closed', 'the pool was closed')
}

function timedOut(target: Target, timeoutMs: number): Error {
  const name = 'path' in target ? target.path : `${target.host}:${target.port}`
  return new FleetwireError('ETIMEDOUT', `${name} did not answer within ${timeoutMs} ms`)
}

/** A single failure as it is (an AggregateError has an empty message); several in one error, with the code of the last. */
function summary(failures: Error[]): Error {
  const all = failures.flatMap((error) =>
    error instanceof AggregateError ? (error.errors as Error[]) : [error],
  )
  const message = all.map((error) => error.message).join('; ')
  return new FleetwireError(codeOf(all.at(-1)) || 'ECONNREFUSED', message, { cause: all.at(-1) })
}
