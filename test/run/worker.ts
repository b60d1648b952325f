import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { format } from 'node:util'
import Mocha from 'mocha'
import type * as Hooks from '../support/hooks.ts'
import { forbidServers } from './forbid-servers.ts'
import type { FileResult, NextFile } from './messages.ts'

// A worker of test/run/main.ts runs one file after another. The first file that needs a database server or a browser starts
// it; later files use the same one, and the worker closes it at its end.

/** A worker that has closed everything exits by itself within this time, unless a test left a handle open. */
const EXIT_DEADLINE_MS = Number(process.env['TEST_EXIT_DEADLINE_MS'] ?? 10_000)

// Mocha loads test files by `require`, and an import would be another instance of each module, with a server of its own.
const { mochaHooks } = createRequire(import.meta.url)('../support/hooks.ts') as typeof Hooks

/** @types/mocha does not have `list`, which writes failures as the summary does. */
const Base = Mocha.reporters.Base as typeof Mocha.reporters.Base & { list(failures: Mocha.Test[]): void }

/** The output of the reporter since this was last emptied. */
let written = ''
Base.consoleLog = (...parts: unknown[]) => void (written += `${format(...parts)}\n`)

/** Mocha's "spec" without the summary, which belongs to the whole run. */
class FileReporter extends Mocha.reporters.Spec {
  override epilogue(): void {}
}

const { timeout } = JSON.parse(readFileSync(new URL('../../.mocharc.json', import.meta.url), 'utf8')) as {
  timeout: number
}

async function run(path: string): Promise<FileResult> {
  const [startMs, cpu] = [performance.now(), process.cpuUsage()]
  written = ''
  const mocha = new Mocha({ timeout, reporter: FileReporter })
  mocha.addFile(path)
  await mocha.loadFilesAsync()
  const failed: Mocha.Test[] = []
  const stats = await new Promise<Mocha.Stats | undefined>((resolve) => {
    const runner = mocha.run(() => resolve(runner.stats))
    runner.on('fail', (test) => void failed.push(test))
  })
  const text = written
  const failures = failed.map((test) => {
    written = ''
    Base.list([test])
    return written
  })
  mocha.dispose()
  const { user, system } = process.cpuUsage(cpu)
  return {
    text,
    passes: stats?.passes ?? 0,
    pending: stats?.pending ?? 0,
    failures,
    ms: performance.now() - startMs,
    cpuMs: (user + system) / 1000,
  }
}

const countHandles = () => process.getActiveResourcesInfo().length

/** The files after which more handles were open than before. */
const growing: string[] = []
let isEnding = false

async function end(): Promise<void> {
  isEnding = true
  for (const close of mochaHooks.afterAll) await close()
  process.disconnect()
  setTimeout(() => {
    console.error(`A test left a handle open: ${process.getActiveResourcesInfo().join(', ')}`)
    console.error(`More handles than before were open after these files:\n${growing.join('\n')}`)
    process.exit(1)
  }, EXIT_DEADLINE_MS).unref()
}

async function take({ path }: NextFile): Promise<void> {
  if (path === undefined) return end()
  const handles = countHandles()
  const result = await run(path)
  if (countHandles() > handles) growing.push(path)
  process.send?.(result)
}

if (process.argv.includes('--pure')) forbidServers()
// A rejection that no code awaits fails the test that runs.
process.on('unhandledRejection', (reason) => {
  throw reason
})
// So that the listeners for "exit" run, which stop the processes that tests started.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))
process.on('message', (message: NextFile) => void take(message))
process.on('disconnect', () => {
  if (!isEnding) process.exit(1)
})
