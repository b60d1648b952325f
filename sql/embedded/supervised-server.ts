import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, messageOf } from '../../kit/errors.ts'
import { startPostmaster, stopPostmaster } from './postmaster.ts'
import type { ServerLog } from './server-log.ts'
import { serverSettings } from './server-settings.ts'
import type { ServerUser } from './server-user.ts'

/** A server that is started again when it ends by itself. */
export interface SupervisedServer {
  startAt: (port: number) => Promise<void>
  /** Resolves when the server is not being restarted, and will not be. */
  endRestarts(): Promise<void>
  /** Stops the server if it is running. To be called after `endRestarts`. */
  stop(): Promise<void>
}

export interface SupervisorLog {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

interface SupervisorOptions {
  postgres: string
  directory: string
  user: ServerUser
  serverLog: ServerLog
  /** path of the server's log, for messages */
  logFile: string
  log: SupervisorLog
  /** called with a sentence when the server is not started again */
  onGivenUp: (reason: string) => void
}

const START_TIMEOUT_MS = 300_000
export const STOP_DEADLINE_MS = 20_000
const RESTARTS_MAX = 5
const RESTART_WINDOW_MS = 600_000

export function superviseServer(options: SupervisorOptions): SupervisedServer {
  const { postgres, directory, user, serverLog, logFile, log, onGivenUp } = options
  const stopping = new AbortController()
  const deaths: number[] = []
  let pid: number | undefined
  let restarting: Promise<void> | undefined

  async function startAt(port: number): Promise<void> {
    pid = await startPostmaster({
      postgres,
      directory,
      settings: serverSettings(port),
      user,
      log: serverLog,
      timeoutMs: START_TIMEOUT_MS,
      onExit(how) {
        if (pid === undefined || stopping.signal.aborted) return
        pid = undefined
        log.error({ event: 'embedded_died', how, file: logFile }, 'PostgreSQL ended unexpectedly')
        restarting = restart(port, how)
      },
    })
  }

  /** Clients have a spool or can wait; stopping all of Fleetwire would end their connections. */
  async function restart(port: number, how: string): Promise<void> {
    let end = `PostgreSQL ended unexpectedly ${how}; see ${logFile}`
    while (!stopping.signal.aborted) {
      deaths.push(Date.now())
      if (deaths.filter((ms) => Date.now() - ms < RESTART_WINDOW_MS).length > RESTARTS_MAX)
        return onGivenUp(end)
      try {
        await untilStarted(async () => {
          if (!stopping.signal.aborted) await startAt(port)
        })
        return log.warn({ event: 'embedded_restarted', port }, 'PostgreSQL was restarted')
      } catch (error) {
        end = messageOf(error)
      }
    }
  }

  return {
    startAt,
    async endRestarts() {
      stopping.abort()
      await restarting
    },
    async stop() {
      const running = pid
      pid = undefined
      if (running !== undefined) await stopPostmaster(running, directory, STOP_DEADLINE_MS)
    },
  }
}

/** Tries until the processes that a killed server left have ended. */
async function untilStarted(start: () => Promise<void>): Promise<void> {
  const attemptsMax = 60
  for (let attempt = 1; ; attempt++) {
    try {
      return await start()
    } catch (error) {
      const code = codeOf(error)
      if (attempt === attemptsMax || (code !== 'address_in_use' && code !== 'server_ending')) throw error
      await sleep(500)
    }
  }
}
