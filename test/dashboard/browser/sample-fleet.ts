import { createCar, drive, type Car } from '../../../simulator/driving/car.ts'
import { readingOf } from '../../../simulator/driving/reading.ts'
import { vehicleTopic } from '../../../contract/topics.ts'
import { computeJourneys } from '../../support/journeys.ts'
import type { Stage } from './stage.ts'
import type { Tracker } from './tracker.ts'

export interface SampleFleet {
  /** keys, in order of their names; all have history, the first four have dead letters, the first also has commands and journeys */
  vehicles: string[]
  /**
   * Starts to send a reading a second for each connected vehicle. Returns a function that stops sending and waits for the last
   * readings.
   */
  drive(): () => Promise<void>
}

const HISTORY_S = 3 * 3600
const HISTORY_STEP_S = 15
const GROUPS = ['north', 'south', 'service']
/** Every 7th vehicle is offline, every 19th is in alert. */
const OFFLINE_OF = 7
const ALERT_OF = 19
const COMMANDS = ['lock', 'unlock', 'locate', 'set_interval', 'restart']

/**
 * A dispatcher's fleet. It drove for three hours; some vehicles are offline, one or two are in alert, some messages were refused.
 * The first vehicle's commands are acknowledged, failed or delivered, and its journeys are computed. A user has a grant for one group. All
 * other data came over MQTT or the API.
 */
export async function openSampleFleet(stage: Stage, count: number): Promise<SampleFleet> {
  const fleet = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const number = String(index + 1).padStart(2, '0')
      const group = GROUPS[index % GROUPS.length] ?? ''
      const key = `truck-${number}`
      const tracker = await stage.addTracker({ key, name: `Truck ${number}`, group })
      const car = createCar(index + 1)
      await tracker.publish(historyOf(car, index))
      return { tracker, car, index }
    }),
  )
  const [first, ...others] = fleet
  if (first) {
    await sendCommands(stage, first.tracker)
    await computeJourneys(stage.sql, first.tracker.vehicle)
  }
  const user = await stage.addUser('user')
  await stage.call('POST', '/api/grants', { body: { user: user.id, group: GROUPS[0] } })
  await sendRefused(fleet.slice(0, 4).map((it) => it.tracker))
  const [offline, connected] = [others.filter(isOffline), fleet.filter((it) => !isOffline(it))]
  await Promise.all(offline.map(({ tracker }) => tracker.client.endAsync()))
  return {
    vehicles: fleet.map(({ tracker }) => tracker.vehicle),
    drive() {
      let seq = HISTORY_S / HISTORY_STEP_S
      const sent: Promise<void>[] = []
      const timer = setInterval(() => {
        seq++
        for (const { tracker, car, index } of connected) {
          drive(car, 1)
          sent.push(tracker.publish(liveReadingOf(car, Date.now(), index, seq)))
        }
      }, 1000)
      return async () => {
        clearInterval(timer)
        await Promise.all(sent)
      }
    },
  }
}

const isOffline = ({ index }: { index: number }) => index % OFFLINE_OF === OFFLINE_OF - 1

/** The readings of the last hours. Afterwards, the car is at its current position. */
function historyOf(car: Car, index: number): object[] {
  const nowMs = Date.now()
  return Array.from({ length: HISTORY_S / HISTORY_STEP_S }, (_, n) => {
    drive(car, HISTORY_STEP_S)
    return liveReadingOf(car, nowMs - HISTORY_S * 1000 + (n + 1) * HISTORY_STEP_S * 1000, index, n)
  })
}

function liveReadingOf(car: Car, timeMs: number, index: number, seq: number): object {
  const reading = readingOf(car, timeMs, seq)
  return index % ALERT_OF === ALERT_OF - 1 ? { ...reading, status: 'alert' } : reading
}

/** Sends a command that succeeds, one that fails, and some that wait. */
async function sendCommands(stage: Stage, { vehicle, client }: Tracker): Promise<void> {
  client.on('message', (_topic, payload) => {
    const { id, name } = JSON.parse(payload.toString()) as { id: number; name: string }
    if (name !== 'lock' && name !== 'unlock') return
    const answer = { id, ok: name === 'lock', result: name === 'lock' ? { locked: true } : 'door is open' }
    client.publish(vehicleTopic(vehicle, 'commands/ack'), JSON.stringify(answer), { qos: 1 })
  })
  await client.subscribeAsync(vehicleTopic(vehicle, 'commands'), { qos: 1 })
  for (const name of COMMANDS)
    await stage.call('POST', `/api/vehicles/${vehicle}/commands`, {
      body: { name, params: { door: 'rear' } },
    })
}

async function sendRefused(trackers: readonly Tracker[]): Promise<void> {
  await Promise.all(
    trackers.map(async ({ publish, vehicle, client }, index) => {
      await publish([{ speed: -1 - index }, { lat: 91, lon: 18 }])
      await publish({ rpm: 99_999 })
      await client.publishAsync(vehicleTopic(vehicle, 'telemetry'), '{"speed": 12', { qos: 1 })
    }),
  )
}
