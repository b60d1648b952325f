import { compare } from './comparison.ts'
import { mayConnect } from './specification.ts'
import type { Stage } from './stage.ts'

/** How often a device reconnects for unacknowledged messages. */
const RECONNECTS_MAX = 5

export async function endFault(stage: Stage): Promise<void> {
  const end = stage.endFault
  stage.endFault = undefined
  stage.spec.faults.clear()
  await end?.()
}

/** Completes a sequence, then compares the database with the specification. Throws the differences. */
export async function settle(stage: Stage, isDisturbed: boolean): Promise<void> {
  await endFault(stage)
  const unanswered = (await Promise.all(stage.spec.devices.map((_, d) => settleDevice(stage, d)))).flat()
  if (isDisturbed) await stage.world.drained()
  let faults = await findFaults(stage)
  if (faults.length > 0 && !isDisturbed) {
    // The database may have been slow for a moment: acknowledged messages may be in the spool.
    await stage.world.drained()
    faults = await findFaults(stage)
  }
  const all = [...unanswered, ...faults]
  if (all.length > 0) throw new Error(all.join('\n'))
}

/** Returns the messages that are still not acknowledged. */
async function settleDevice({ spec, trackers }: Stage, d: number): Promise<string[]> {
  const [device, tracker] = [spec.devices[d], trackers[d]]
  if (device === undefined || tracker === undefined) return []
  for (let n = 0; n <= RECONNECTS_MAX && tracker.inFlight.length > 0 && mayConnect(device); n++) {
    if (!(await tracker.connect())) continue
    tracker.release()
    await tracker.settled()
  }
  if (!mayConnect(device)) return []
  return tracker.inFlight.map(
    ({ topic, payload, qos }) =>
      `is never acknowledged: QoS ${qos} to ${topic}: ${payload.toString('latin1')}`,
  )
}

async function findFaults(stage: Stage): Promise<string[]> {
  const { rows, letters } = await stage.read()
  return compare(stage.spec, rows, letters)
}
