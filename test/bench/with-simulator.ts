import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startChild } from '../../kit/child.ts'
import type { Stage } from './stage.ts'

/** Used if the cheap generator is missing: the simulator, which takes more processor time itself. */
export async function measureWithSimulator(stage: Stage): Promise<void> {
  const module = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url))
  const broker = `mqtt://127.0.0.1:${stage.mqttPort}`
  const journal = join(stage.directory, 'journal')
  for (const batch of ['1', '10']) {
    const flags = { credentials: stage.credentials, broker, journal: `${journal}-${batch}`, batch }
    const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value])
    const more = ['--vehicles', '1000', '--rate', '5000', '--duration', '20s']
    const child = await startChild({
      name: 'simulator',
      module,
      args: ['run', ...args, ...more],
      env: process.env,
      reports: false,
    })
    const end = await child.ended
    if (end !== 'simulator ended with code 0') process.exitCode = 1
  }
}
