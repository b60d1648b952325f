import fc from 'fast-check'
import { openBarrier } from './barrier.ts'
import { nowUs } from './clock.ts'
import { commandPlans, type Faults } from './commands.ts'
import type { Rules } from './readings.ts'
import { settle } from './settlement.ts'
import { createSpecification } from './specification.ts'
import { openStage } from './stage.ts'
import { openWorld, type World, type WorldOptions } from './world.ts'

export interface SequencesOptions {
  name: string
  rules: Rules
  faults: Faults
  /** number of all sequences */
  runs: number
  seed: number
  /** runners run side by side, each with its own seed */
  runners: number
  /** whether all runners share a world: only without faults of brokers and database */
  isShared: boolean
  world: WorldOptions
  commandsMax: number
  /** repeats one sequence: see the message of a failure */
  path?: string | undefined
  replayPath?: string | undefined
}

/** Time limit after the first failure to search for a shorter sequence; the shortest one found is reported. */
const SHRINK_MS = 90_000

/**
 * Runs command sequences. Throws with instructions to repeat the sequence if the database differs from the
 * specification.
 */
export async function runSequences(options: SequencesOptions): Promise<Figures & { seconds: number }> {
  const { runners, runs, isShared } = options
  const startMs = Date.now()
  const shared = isShared ? await openWorld(options.world) : undefined
  // The first runner that fails has the rest of the time.
  const failure: Failure = { runner: undefined }

  async function run(runner: number): Promise<Figures> {
    const world = shared ?? (await openWorld(options.world))
    try {
      return await runOneAfterAnother(options, world, runner, Math.ceil(runs / runners), failure)
    } finally {
      if (shared === undefined) await world.close()
    }
  }

  try {
    const ended = await Promise.allSettled(Array.from({ length: runners }, (_, runner) => run(runner)))
    // Others may have failed at the same moment, without time to find a shorter sequence.
    const bad = [ended[failure.runner ?? 0], ...ended].find((it) => it?.status === 'rejected')
    if (bad !== undefined) throw bad.reason
    const figures = ended.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []))
    const sequences = figures.reduce((sum, it) => sum + it.sequences, 0)
    const commands = figures.reduce((sum, it) => sum + it.commands, 0)
    return { sequences, commands, seconds: (Date.now() - startMs) / 1000 }
  } finally {
    await shared?.close()
  }
}

interface Figures {
  sequences: number
  commands: number
}

interface Failure {
  runner: number | undefined
}

async function runOneAfterAnother(
  options: SequencesOptions,
  world: World,
  runner: number,
  runs: number,
  failure: Failure,
): Promise<Figures> {
  const { rules, faults, commandsMax, path, replayPath } = options
  const seed = options.seed + runner
  const barrier = await openBarrier(world)
  const plans = fc.commands([commandPlans(rules, faults)], {
    maxCommands: commandsMax,
    size: 'max',
    ...(replayPath !== undefined && { replayPath }),
  })
  const figures: Figures = { sequences: 0, commands: 0 }
  let shrinkUntilMs = Infinity

  const property = fc.asyncProperty(plans, async (sequence) => {
    if (Date.now() > shrinkUntilMs || (failure.runner ?? runner) !== runner) return
    const spec = createSpecification(nowUs())
    const stage = await openStage(spec, world, barrier)
    try {
      await fc.asyncModelRun(() => ({ model: spec, real: stage }), sequence)
      await settle(stage, faults !== 'none')
      figures.sequences++
      figures.commands += stage.commands
    } catch (error) {
      failure.runner ??= runner
      shrinkUntilMs = Math.min(shrinkUntilMs, Date.now() + SHRINK_MS)
      throw error
    } finally {
      await stage.close()
    }
  })
  const result = await fc.check(property, { numRuns: runs, seed, ...(path !== undefined && { path }) })
  if (result.failed) throw new Error(explain(options, seed, result), { cause: result.errorInstance })
  return figures
}

/** The shortest failing sequence that was found, the reason, and how to repeat it. */
function explain(
  { name, rules, commandsMax }: SequencesOptions,
  seed: number,
  result: Pick<
    fc.RunDetails<[unknown]>,
    'counterexample' | 'counterexamplePath' | 'errorInstance' | 'numRuns'
  >,
): string {
  const { counterexample, counterexamplePath, errorInstance, numRuns } = result
  const [commands = '', replayPath = ''] = String(counterexample?.[0]).split(/ ?\/\*replayPath="|"\*\//)
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  const without = Object.entries(rules).flatMap(([rule, isKept]) => (isKept ? [] : [rule]))
  const settings = [
    `MODEL_SEED=${seed} MODEL_PATH='${counterexamplePath}' MODEL_REPLAY='${replayPath}'`,
    `MODEL_WITHOUT='${without.join(',')}' MODEL_COMMANDS=${commandsMax}`,
  ]
  const again = `${settings.join(' ')} npm run test:model -- -g '${name}'`
  return `sequence ${numRuns} of its runner:${commands}\n${why}\nTo repeat it: ${again}`
}
