import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { connectAsync } from 'mqtt'
import type { Page } from 'playwright-core'

const SPEEDS = 400

/**
 * Time from a device's publish to the row of its vehicle in the list, in ms, one value for each reading that was shown.
 * The row must be in view. A reading is recognised by its speed, which always differs from the one before.
 */
export async function measureScreenDelay(options: {
  page: Page
  mqttPort: number
  probe: { clientId: string; token: string; vehicle: string }
  readings: number
}): Promise<number[]> {
  const { page, mqttPort, probe, readings } = options
  const { clientId, token, vehicle } = probe
  const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
    clientId,
    username: 'x',
    password: token,
    protocolVersion: 4,
  })
  await page.evaluate(`(${WATCH_ROW})(${JSON.stringify(vehicle)})`)
  const sentAtMs = new Map<number, number>()
  for (let n = 1; n <= readings; n++) {
    const speed = n % SPEEDS
    const time = Date.now()
    sentAtMs.set(speed, time)
    const reading = { time, lat: 59.5 + n / 1e4, lon: 17.5, speed, heading: 0 }
    await client.publishAsync(`fleet/${vehicle}/telemetry`, JSON.stringify(reading), { qos: 1 })
    // At any moment of the feed's interval.
    await delay(1000 + randomInt(1000))
  }
  await client.endAsync()
  const seen = await page.evaluate<[speed: number, atMs: number][]>('globalThis.benchSeen')
  return seen.flatMap(([speed, atMs]) => {
    const sentMs = sentAtMs.get(speed)
    sentAtMs.delete(speed)
    return sentMs === undefined ? [] : [atMs - sentMs]
  })
}

/** Runs in the page: records when the row of a vehicle shows another speed. */
const WATCH_ROW = `(key) => {
  globalThis.benchSeen = []
  let last
  const look = () => {
    const row = [...document.querySelectorAll('[role=option]')].find((it) => it.textContent.includes(key))
    const speed = /(\\d+) km\\/h/.exec(row?.textContent ?? '')?.[1]
    if (speed === undefined || speed === last) return
    last = speed
    globalThis.benchSeen.push([Number(speed), Date.now()])
  }
  const list = document.querySelector('[role=listbox]')
  new MutationObserver(look).observe(list, { childList: true, characterData: true, subtree: true })
}`
