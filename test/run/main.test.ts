import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually } from '../support/eventually.ts'
import { runCommand, type Running } from '../support/processes.ts'

interface Options {
  flags?: string[]
  env?: Record<string, string>
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a run of test files', () => {
  let directory: string
  before(() => (directory = mkdtempSync(join(tmpdir(), 'fleetwire-run-'))))
  after(() => rmSync(directory, { recursive: true }))

  /** Runs files with these texts, each with one suite; answers with the exit code and the output. */
  async function run(files: Record<string, string>, options?: Options): Promise<[unknown, string]> {
    const { ended, output } = start(files, options)
    return [await ended, output()]
  }

  function start(files: Record<string, string>, { flags = [], env = {} }: Options = {}): Running {
    const paths = Object.entries(files).map(([name, text]) => {
      const path = join(directory, `${name}.test.ts`)
      writeFileSync(path, `describe('${name}', () => { ${text} })`)
      return path
    })
    const command = ['--import', 'tsx', 'test/run/main.ts', ...flags, ...paths]
    return runCommand(process.execPath, command, { NO_COLOR: '1', ...env })
  }

  it('a run passes if all tests pass, and counts them over all files', async () => {
    const [code, output] = await run({ one: "it('a', () => {}); it('b')", two: "it('c', () => {})" })
    expect(code, output).to.equal(0)
    expect(output)
      .to.match(/2 passing/)
      .and.match(/1 pending/)
  })

  it('a run fails if a test fails, and lists each failure with its own number', async () => {
    const failing = (what: string) => `it('${what}', () => { throw new Error('${what} is wrong') })`
    const [code, output] = await run({ one: failing('a'), two: `it('b', () => {}); ${failing('c')}` })
    expect(code).to.equal(1)
    expect(output)
      .to.match(/1 passing/)
      .and.match(/2 failing/)
    expect(output)
      .to.match(/ 1\) \w+\n +[ac]:/)
      .and.match(/ 2\) \w+\n +[ac]:/)
    expect(output).to.include('a is wrong').and.include('c is wrong')
  })

  it('a run fails if a promise is rejected that no code awaits', async () => {
    const text = "it('a', (done) => { void Promise.reject(new Error('lost')); setTimeout(done, 20) })"
    const [code, output] = await run({ one: text })
    expect(code).to.equal(1)
    expect(output).to.include('lost')
  })

  it('a run fails if a handle is left open, and names the file', async () => {
    const [code, output] = await run(
      { one: "it('a', () => void setInterval(() => {}, 1000))" },
      { env: { TEST_EXIT_DEADLINE_MS: '500' } },
    )
    expect(code).to.equal(1)
    expect(output).to.match(/1 passing/)
    expect(output)
      .to.match(/left a handle open: .*Timeout/)
      .and.include('one.test.ts')
  })

  it('a run fails if a file ends its process or cannot be loaded, and runs the files after it', async () => {
    const files = {
      one: "it('a', () => process.exit(0))",
      two: 'throw new Error()',
      three: "it('c', () => {})",
    }
    const [code, output] = await run(files, { flags: ['--jobs', '1'] })
    expect(code).to.equal(1)
    expect(output).to.match(/1 passing/)
    expect(output)
      .to.match(/one.test.ts ended its process/)
      .and.match(/two.test.ts ended its process/)
  })

  it('a run of pure tests fails if one opens a server', async () => {
    const text = "it('a', async () => (await import('node:net')).createServer().listen(0))"
    const [code, output] = await run({ one: text }, { flags: ['--pure'] })
    expect(code).to.equal(1)
    expect(output).to.include('a pure test may not listen')
  })

  it('a run that is ended by a signal ends the processes that its tests started', async () => {
    const note = join(directory, 'pid')
    const text = `it('a', async () => {
      const { runCommand } = await import(${JSON.stringify(new URL('../support/processes.ts', import.meta.url).href)})
      require('node:fs').writeFileSync(${JSON.stringify(note)}, String(runCommand('sleep', ['600']).child.pid))
      await new Promise(() => {})
    })`
    const { child, ended, output } = start({ one: text })
    const pid = await eventually('the test has started a process', () =>
      existsSync(note) ? Number(readFileSync(note, 'utf8')) : 0,
    )
    child.kill()
    expect(await ended, output()).to.equal(1)
    await eventually('the started process has ended', () => !isRunning(pid))
    expect(output()).to.include('the run was ended by SIGTERM')
  })
})
