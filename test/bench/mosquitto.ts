import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { eventually } from '../support/eventually.ts'

export interface Mosquitto {
  port: number
  stop(): Promise<void>
}

/** mosquitto without a limit on messages in flight, storing nothing; `undefined` if it is not installed. */
export async function startMosquitto(directory: string, port: number): Promise<Mosquitto | undefined> {
  const file = join(directory, 'mosquitto.conf')
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'max_inflight_messages 0',
    'max_queued_messages 0',
    'set_tcp_nodelay true',
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  const child = spawn('mosquitto', ['-c', file], { stdio: 'ignore' })
  const ended = new Promise<'ended'>((resolve) => {
    child.once('error', () => resolve('ended'))
    child.once('close', () => resolve('ended'))
  })
  const started = await Promise.race([eventually('mosquitto answers', () => answers(port)), ended])
  if (started === 'ended') return undefined
  return {
    port,
    async stop() {
      child.kill()
      await ended
    },
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
