import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Attack } from './attack.ts'

/** Longer than the broker waits for a CONNECT; it ends all other bad connections at once. */
const CLOSE_DEADLINE_MS = 30_000
/** The wait for an answer that may never come, such as after a takeover of the connection. */
const ANSWER_DEADLINE_MS = 5000
const LINGER_MS = 30

/** Runs the attack until the connection is closed. Resolves with the bytes that the broker sent. */
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
    // Nothing else is sent before the answer; afterwards each piece should arrive in a separate read.
    if (n < steps.length) await answer(socket, closed, () => received.length > before)
    else await new Promise(setImmediate)
  }
  // Time for an answer, so that the broker is attacked while it writes, and also when its peer is gone.
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
