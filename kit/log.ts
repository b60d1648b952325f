import { pino } from 'pino'

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
    serializers: { err: describeError },
  }
  return destination ? pino(options, destination) : pino(options)
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const {
    code,
    severity,
    table_name: table,
    constraint_name: constraint,
  } = error as unknown as Record<string, unknown>
  return {
    type: error.name,
    message: error.message,
    code,
    severity,
    table,
    constraint,
    cause: error.cause === undefined ? undefined : describeError(error.cause),
    stack: error.stack,
  }
}
