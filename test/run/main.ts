import { fork, type ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { builtPage } from '../dashboard/browser/built-page.ts'
import { buildModules } from '../support/built-module.ts'
import type { FileResult, NextFile } from './messages.ts'
import { planRun } from './plan.ts'

// Runs test files in several processes:
//
//   node --import tsx test/run/main.ts [--pure] [--jobs N] [--times] [FILE OR FOLDER ...]
//
//   --pure    only the files that open no server, no connection and no process
//   --jobs    processes at a time; default: one more than there are processors, at most 4, because many tests wait
//   --times   prints how long the slowest files took

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { pure: { type: 'boolean' }, jobs: { type: 'string' }, times: { type: 'boolean' } },
})
const isPure = values.pure === true
const jobs = values.jobs === undefined ? Math.min(4, availableParallelism() + 1) : Number(values.jobs)
if (!Number.isInteger(jobs) || jobs < 1) throw new Error('--jobs must be a whole number of at least 1')

const results: (FileResult & { path: string })[] = []
const faults: string[] = []

/** Runs files of the queue until it is empty, in one process; in the next one if a file kills it. */
async function work(queue: string[]): Promise<void> {
  while (queue.length > 0) await workUntilExit(queue)
}

function workUntilExit(queue: string[]): Promise<void> {
  const worker = fork(new URL('worker.ts', import.meta.url), isPure ? ['--pure'] : [], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) },
  })
  workers.add(worker)
  let path: string | undefined
  /** what the tests themselves print, which is shown with their file */
  let printed = ''
  for (const stream of [worker.stdout, worker.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk))
  const next = () => {
    path = queue.shift()
    const message: NextFile = path === undefined ? {} : { path: resolve(path) }
    worker.send(message)
  }
  worker.on('error', ({ message }) => faults.push(`${path}: ${message}`))
  worker.on('message', (result: FileResult) => {
    results.push({ ...result, path: path ?? '' })
    process.stdout.write(`${printed}${result.text}`)
    printed = ''
    next()
  })
  next()
  return new Promise((resolve) => {
    worker.once('close', (code, signal) => {
      workers.delete(worker)
      process.stdout.write(printed)
      if (path !== undefined) faults.push(`${path} ended its process (${signal ?? code})`)
      else if (code !== 0) faults.push(`a process of the run failed at its end (${signal ?? code})`)
      resolve()
    })
  })
}

const workers = new Set<ChildProcess>()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    for (const worker of workers) worker.kill(signal)
    faults.push(`the run was ended by ${signal}`)
    queue.length = 0
  })

const startMs = performance.now()
const queue = planRun({ paths: positionals, isPure })
if (queue.length === 0) throw new Error('no test file found')
// Once, before several processes find that it has to be built.
if (!isPure && Math.min(jobs, queue.length) > 1) buildModules()
if (queue.some((it) => /^test\/dashboard\/(browser|size)/.test(it))) builtPage()
await Promise.all(Array.from({ length: Math.min(jobs, queue.length) }, () => work(queue)))
report()

function report(): void {
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)
  const failures = results.flatMap((it) => it.failures)
  const pending = sum(results.map((it) => it.pending))
  console.log(`\n  ${sum(results.map((it) => it.passes))} passing (${seconds(performance.now() - startMs)})`)
  if (pending > 0) console.log(`  ${pending} pending`)
  if (failures.length > 0) console.log(`  ${failures.length} failing`)
  for (const [index, failure] of failures.entries())
    console.log(failure.replace(/^(\s*)1\) /, `$1${index + 1}) `))
  for (const fault of faults) console.log(`\n  ${fault}`)
  if (values.times === true)
    for (const { path, ms, cpuMs } of results.toSorted((a, b) => b.ms - a.ms).slice(0, 60))
      console.log(`  ${seconds(ms)}, ${seconds(cpuMs)} of the processor: ${path}`)
  process.exitCode = failures.length > 0 || faults.length > 0 ? 1 : 0
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
