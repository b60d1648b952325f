import { expect } from 'chai'
import { FleetwireError } from '../../kit/errors.ts'
import { createLog } from '../../kit/log.ts'

describe('log', () => {
  let lines: string[] = []
  beforeEach(() => (lines = []))
  const open = (level = 'info') => createLog('broker', level, { write: (line) => void lines.push(line) })
  const last = () =>
    JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> & { err: Record<string, unknown> }

  it('a line is one JSON object with level, time, process and event', () => {
    const beforeMs = Date.now()
    open().warn({ event: 'batch_retry', rows: 3 }, 'will retry')
    expect(lines).to.have.length(1)
    expect(lines[0]).to.match(/^\{[^\n]*\}\n$/)
    const { time, ...rest } = last()
    expect(rest).to.deep.equal({
      level: 'warn',
      name: 'broker',
      event: 'batch_retry',
      rows: 3,
      msg: 'will retry',
    })
    expect(time).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(Date.parse(String(time))).to.be.within(beforeMs, Date.now())
  })

  it('lines below the level are left out', () => {
    const log = open('warn')
    log.info({ event: 'a' })
    log.error({ event: 'b' })
    open('silent').fatal({ event: 'c' })
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).to.deep.equal(['b'])
  })

  it('a line stays one line, whatever a device sends in a field', () => {
    open().info({ event: 'a', clientId: 'x\n{"level":"fatal"}\u001b[31m' })
    for (const character of ['\n', '\u001b']) expect(lines[0]?.trimEnd()).to.not.include(character)
    expect(last()['clientId']).to.equal('x\n{"level":"fatal"}\u001b[31m')
  })

  /** An error as postgres.js creates it. */
  function databaseError(): Error {
    return Object.assign(new Error('duplicate key value violates unique constraint "users_email"'), {
      name: 'PostgresError',
      code: '23505',
      severity: 'ERROR',
      detail: 'Key (email)=(hunter2) already exists.',
      table_name: 'users',
      constraint_name: 'users_email',
      where: 'COPY telemetry, line 1: "hunter2"',
      query: "insert into users values ($1, 'hunter2')",
      parameters: ['hunter2'],
      args: ['hunter2'],
      types: [25],
    })
  }

  it("a logged error has its details, but never its statement's arguments", () => {
    open().error({ event: 'a', err: databaseError() })
    expect(lines[0]).to.not.include('hunter2')
    const { stack, ...err } = last().err
    expect(err).to.deep.equal({
      type: 'PostgresError',
      message: 'duplicate key value violates unique constraint "users_email"',
      code: '23505',
      severity: 'ERROR',
      table: 'users',
      constraint: 'users_email',
    })
    expect(stack).to.include('log.test.ts')
  })

  it('the causes of an error are logged, also without arguments', () => {
    const middle = new FleetwireError('migration_failed', 'no migration', { cause: databaseError() })
    open().error({ event: 'a', err: new FleetwireError('cannot_start', 'no start', { cause: middle }) })
    expect(lines[0]).to.not.include('hunter2')
    expect(last().err).to.deep.include({ type: 'FleetwireError', code: 'cannot_start', message: 'no start' })
    const { cause } = last().err as { cause: { code: string; cause: { code: string } } }
    expect([cause.code, cause.cause.code]).to.deep.equal(['migration_failed', '23505'])
  })

  it('other thrown values are logged as they are', () => {
    open().error({ event: 'a', err: 'just text' })
    expect(last().err).to.equal('just text')
  })
})
