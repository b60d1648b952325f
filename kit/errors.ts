/**
 * The one error class of the project. `code` is stable and in snake_case. `message` is for a person, and names the fault and its
 * place. `cause` is the underlying error, if any.
 */
export class FleetwireError extends Error {
  readonly code: string

  constructor(code: string, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.name = 'FleetwireError'
    this.code = code
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message
  return typeof error === 'string' ? error : (JSON.stringify(error) ?? 'undefined')
}

/** The `code` of anything that was thrown: a SQLSTATE, a Node.js error code or one of ours; '' without a code. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}
