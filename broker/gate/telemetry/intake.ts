import type { IncomingMessage, ServerResponse } from 'node:http'
import { INTAKE_PATHS } from '../../../contract/intake.ts'
import { PROBLEMS } from '../../../contract/problems.ts'
import { messageOf } from '../../../kit/errors.ts'
import type { Registry } from '../../registry/registry.ts'
import type { Pressure } from '../../accept.ts'
import { createDeviceIntake, type DeviceIntakeOptions } from './device-intake.ts'
import { refuse } from './intake-reply.ts'
import { createReplayIntake, type ReplayIntakeOptions } from './replay-intake.ts'

/** Messages that come over HTTP, see contract/intake.ts. */
export interface Intake {
  /** Answers a request of the intake; false for any other request. Never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
}

interface IntakeOptions extends DeviceIntakeOptions, ReplayIntakeOptions {
  registry: Pick<Registry, 'stays' | 'moves'>
  pressure: Pressure
}

/** The gate for HTTP: the same tokens, limits and acknowledgements as for MQTT. */
export function createIntake(options: IntakeOptions): Intake {
  const { pressure } = options
  const takeTelemetry = createDeviceIntake(options)
  const takeReplay = createReplayIntake(options)

  async function answer(request: IncomingMessage, path: string, query: string) {
    if (request.method !== 'POST') return refuse('invalid_request', 'messages must be sent with POST')
    if (pressure.isFull)
      return refuse('unavailable', 'neither the database nor the spool accepts messages at the moment')
    return path === INTAKE_PATHS.telemetry
      ? takeTelemetry(request)
      : takeReplay(request, new URLSearchParams(query))
  }

  return {
    async handle(request, response) {
      const [path = '', query = ''] = (request.url ?? '').split('?')
      if (path !== INTAKE_PATHS.telemetry && path !== INTAKE_PATHS.replay) return false
      const result = await answer(request, path, query).catch((error: unknown) =>
        refuse('unavailable', messageOf(error)),
      )
      const status = 'code' in result ? PROBLEMS[result.code].status : 200
      // The unread rest of the body must not be parsed as the next request.
      const headers = {
        'content-type': 'application/json',
        ...(!request.complete && { connection: 'close' }),
      }
      response.writeHead(status, headers).end(JSON.stringify(result))
      return true
    },
  }
}
