import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Attack } from './attack.ts'

/** Longer than the broker lets a connection be silent before its CONNECT; everything else it ends at once. */
const CLOSE_DEADLINE_MS = 30_000
/** For an answer that may never come, as when the connection was taken over meanwhile. */
const ANSWER_DEADLINE_MS = 5000
const LINGER_MS = 30

/** Sends it and waits until the connection is closed. Resolves with the bytes that the broker sent. */
export async function send(attack: Attack, port: number): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1')
  const received: Buffer[] = []
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => received.push(chunk))
  const closed = once(socket, 'close').catch(() => {})
  await Promise.race([once(socket, 'connect').catch(() => {}), closed])

  const steps = attack.transport === 'tcp' ? [] : ['upgrade']
  if (attack.waits) steps.push('login')
  for (const [n, bytes] of attack.writes.entries()) {
    if (socket.destroyed || !socket.writable) break
    const before = received.length
    socket.write(bytes)
    // Before its answer nothing else is sent; after that the pieces are to arrive in reads of their own.
    if (n < steps.length) await answer(socket, closed, () => received.length > before)
    else await new Promise(setImmediate)
  }
  // Time to answer, so that a writing broker is attacked as well as one whose other side is gone.
  if (attack.ending === 'linger') await Promise.race([delay(LINGER_MS), closed])
  if (attack.ending === 'reset') socket.resetAndDestroy()
  else socket.end()
  await within(closed, attack)
  return Buffer.concat(received)
}

async function answer(socket: Socket, closed: Promise<unknown>, came: () => boolean): Promise<void> {
  if (came()) return
  const late = new AbortController()
  const { signal } = late
  const timer = delay(ANSWER_DEADLINE_MS, undefined, { signal }).catch(() => {})
  await Promise.race([once(socket, 'data', { signal }).catch(() => {}), closed, timer])
  late.abort()
}

async function within(closed: Promise<unknown>, attack: Attack): Promise<void> {
  const late = new AbortController()
  const timer = delay(CLOSE_DEADLINE_MS, 'late', { signal: late.signal }).catch(() => {})
  const first = await Promise.race([closed, timer])
  late.abort()
  if (first === 'late')
    throw new Error(`attack ${attack.number} was not closed within ${CLOSE_DEADLINE_MS} ms`)
}
