import { pino } from 'pino'
import { messageOf } from './errors.ts'

export type Log = pino.Logger

/**
 * JSON lines on standard output. Every line has an `event` with a stable snake_case name; `err` holds an error.
 * @param name the process: broker, api, ...
 * @param level fatal, error, warn, info, debug, trace or silent
 * @param destination where lines go instead
 */
export function createLog(name: string, level: string, destination?: { write(line: string): void }): Log {
  const options: pino.LoggerOptions = {
    level,
    base: { name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // An error of the database driver carries the statement's arguments, which may be a password hash or a token.
    serializers: { err: (error: unknown) => describeError(error) },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** Causes within causes that are described; an error may even be its own cause. */
const CAUSES_MAX = 5

function describeError(error: unknown, causesLeft = CAUSES_MAX): unknown {
  if (!(error instanceof Error)) return messageOf(error)
  const {
    code,
    severity,
    table_name: table,
    constraint_name: constraint,
  } = error as unknown as Record<string, unknown>
  const hasCause = error.cause !== undefined && causesLeft > 0
  return {
    type: error.name,
    message: error.message,
    code,
    severity,
    table,
    constraint,
    cause: hasCause ? describeError(error.cause, causesLeft - 1) : undefined,
    stack: error.stack,
  }
}
