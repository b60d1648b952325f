import { runSequences, type SequencesOptions } from './sequences.ts'
import type { Rules } from './readings.ts'

const env = process.env
const number = (name: string, otherwise: number) => Number(env[name] ?? otherwise)
const SEED = number('MODEL_SEED', 1)
/** Number of sequences: 4 of 5 without faults of broker and database, and 1 of 50 with a broker that is killed. */
const RUNS = number('MODEL_RUNS', 250)
const COMMANDS_MAX = number('MODEL_COMMANDS', 16)
/** Rules that are not checked. */
const LEFT_OUT = new Set((env['MODEL_WITHOUT'] ?? '').split(','))
const RULES: Rules = {
  instants: !LEFT_OUT.has('instants'),
  moves: !LEFT_OUT.has('moves'),
  times: !LEFT_OUT.has('times'),
  exactlyOnce: !LEFT_OUT.has('exactlyOnce'),
  replays: !LEFT_OUT.has('replays'),
}
/** One runner, and as few runs as possible. */
const IS_REPEAT = env['MODEL_PATH'] !== undefined

describe('acknowledgements against their specification', function () {
  this.timeout(120_000 + RUNS * 5000)

  async function run(options: Omit<SequencesOptions, 'rules' | 'seed' | 'commandsMax'>): Promise<void> {
    const repeat = { runners: 1, runs: 1, path: env['MODEL_PATH'], replayPath: env['MODEL_REPLAY'] }
    const all = { ...options, ...(IS_REPEAT && repeat), rules: RULES, seed: SEED, commandsMax: COMMANDS_MAX }
    const { sequences, seconds, commands } = await runSequences(all)
    console.log(`    ${sequences} sequences of ${commands} commands in ${seconds.toFixed(1)} s, seed ${SEED}`)
  }

  it('the specification holds side by side on two brokers', () =>
    run({
      name: 'side by side',
      faults: 'none',
      runs: Math.ceil(RUNS * 0.8),
      runners: 8,
      isShared: true,
      // A busy machine often exceeds half a second, and this run tests the database, not the spool.
      world: { brokers: 2, settings: { COMMIT_TIMEOUT_MS: '5000' } },
    }))

  it('the specification holds through outages, slow commits and restarts', () =>
    run({
      name: 'through outages',
      faults: 'lasting',
      runs: Math.ceil(RUNS * 0.18),
      runners: 3,
      isShared: false,
      world: { brokers: 1, settings: { COMMIT_TIMEOUT_MS: '200' } },
    }))

  it('the specification holds for a broker that is killed', () =>
    run({
      name: 'is killed',
      faults: 'kills',
      runs: Math.ceil(RUNS * 0.02),
      runners: 2,
      isShared: false,
      world: { brokers: 1, apart: true, settings: { COMMIT_TIMEOUT_MS: '200' } },
    }))
})
