import { Command, CommanderError } from 'commander'
import { codeOf, messageOf } from '../kit/errors.ts'
import type { Outcome } from './commands/command.ts'
import { provisionCommand } from './commands/provision.ts'
import { runCommand } from './commands/run.ts'
import { verifyCommand } from './commands/verify.ts'
import { createProgress } from './progress.ts'

const EXIT_NOT_OK = 1
const EXIT_UNUSABLE = 2

// Read from the raw arguments, so that even errors in them are reported in JSON.
const json = process.argv.includes('--json')
// Node.js updates `columns` when the terminal is resized. Some terminals report 0 if they do not know.
const terminal = {
  write: (text: string) => process.stderr.write(text),
  columns: () => process.stderr.columns || 80,
}
const progress = createProgress(process.stderr.isTTY ? terminal : undefined)

function finish({ result, text }: Outcome): void {
  progress.end()
  process.stdout.write(`${json ? JSON.stringify(result) : text}\n`)
  process.exitCode = result.ok ? 0 : EXIT_NOT_OK
}

function fail(error: unknown): void {
  progress.end()
  process.exitCode = EXIT_UNUSABLE
  const code = error instanceof CommanderError ? 'bad_usage' : codeOf(error) || 'internal'
  const message = messageOf(error).replace(/^error: /, '')
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, error: { code, message } })}\n`)
  // commander has printed its own errors already
  if (!(error instanceof CommanderError)) process.stderr.write(`error: ${message}\n`)
}

/** The first signal stops the run, the second ends it immediately. Only used by commands that have work to finish. */
function interrupts(): { stop: AbortSignal; giveUp: AbortSignal } {
  const stop = new AbortController()
  const giveUp = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => (stop.signal.aborted ? giveUp.abort() : stop.abort()))
  }
  // The parent process has ended, and nobody waits for the result.
  if (process.connected) {
    process.once('disconnect', () => [stop, giveUp].forEach((it) => it.abort()))
    process.channel?.unref()
  }
  return { stop: stop.signal, giveUp: giveUp.signal }
}

const surroundings = { progress, finish, interrupts }
const program = new Command('simulator')
  .description(
    'Simulates vehicles that report over MQTT, and verifies that every acknowledged reading was stored.',
  )
  .usage('COMMAND [options]')
  .addHelpText(
    'after',
    `
In this order:
  npm run simulator -- provision --vehicles 100 --out fleet.tsv
  npm run simulator -- run --credentials fleet.tsv --rate 50 --duration 30s --faults
  npm run simulator -- verify --journal fleet.tsv.journal`,
  )
for (const create of [provisionCommand, runCommand, verifyCommand]) {
  const command = create(surroundings)
    .option('--json', 'print the result as one JSON object; everything else goes to standard error')
    .showHelpAfterError('(--help tells more)')
    .exitOverride()
  program.addCommand(command)
}

try {
  await program.exitOverride().parseAsync()
} catch (error) {
  // Help is also thrown, with exit code 0; without a command it has exit code 1.
  if (!(error instanceof CommanderError && error.exitCode === 0)) fail(error)
}
