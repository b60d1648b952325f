import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient } from '../api-client.ts'
import type { Credentials } from '../credentials.ts'
import type { Device } from '../devices/device.ts'
import { pick, type Random } from '../driving/random.ts'
import type { Journal } from '../journal/write.ts'

export interface Mover {
  /** Whether the devices measure nothing, because one of them is being moved. */
  isPaused(devices: readonly number[]): boolean
  /** Begins no further move, and waits for the moves under way. */
  close(): Promise<void>
}

export interface MoverOptions {
  api: Pick<ApiClient, 'moveDevice'>
  /** interval at which moves begin, unless `MOVES_AT_ONCE` are under way */
  everyMs: number
  /** updated with each move: the `vehicle` of a device is the vehicle that it is in */
  credentials: readonly Credentials[]
  devices: readonly Pick<Device, 'moveTo' | 'losses'>[]
  /** devices that measure together, by their places */
  groups: readonly (readonly number[])[]
  journal: Pick<Journal, 'moved'>
  random: Random
  onMoved: () => void
}

const MOVES_AT_ONCE = 8
/**
 * Nothing is measured for so long before and after a move. This is longer than the second by which a time in whole seconds may be
 * off, and than the error of the database's clock.
 */
const MARGIN_MS = 1500
/** The broker ends the connection of a device that was moved within two seconds. */
const CUT_TIMEOUT_MS = 5000
const TICK_MS = 50
/**
 * An API that does not answer may still have moved the device. The request is repeated until the API answers, at the end of a
 * run for at most `CLOSE_TIMEOUT_MS`.
 */
const RETRY_MS = 1000
const CLOSE_TIMEOUT_MS = 10_000

/** Moves random devices to other vehicles while they send. Each move is journaled before the device measures again. */
export function createMover(options: MoverOptions): Mover {
  const { api, credentials, devices, groups, journal, random } = options
  const vehicles = [...new Set(credentials.map((it) => it.vehicle))]
  const groupOf = new Map(groups.flatMap((group) => group.map((index) => [index, group] as const)))
  const paused = new Map<readonly number[], Promise<void>>()
  let giveUpMs = Infinity

  function begin(): void {
    if (paused.size >= MOVES_AT_ONCE) return
    const index = Math.floor(random() * devices.length)
    const from = credentials[index]!.vehicle
    const to = pick(random, vehicles)
    const group = groupOf.get(index)!
    if (from === to || paused.has(group)) return
    paused.set(
      group,
      move(index, from, to).finally(() => paused.delete(group)),
    )
  }

  async function move(index: number, from: string, to: string): Promise<void> {
    const { clientId: moved } = credentials[index]!
    const device = devices[index]!
    await sleep(MARGIN_MS)
    const losses = device.losses()
    const after = Date.now()
    while (!(await isMoved(moved, to))) {
      if (performance.now() > giveUpMs) return
      await sleep(RETRY_MS)
    }
    journal.moved({ moved, from, to, after, at: Date.now() })
    credentials[index]!.vehicle = to
    device.moveTo(to)
    options.onMoved()
    await Promise.all([sleep(MARGIN_MS), untilCut(device, losses)])
  }

  function isMoved(device: string, to: string): Promise<boolean> {
    return api.moveDevice(device, to).then(
      () => true,
      () => false,
    )
  }

  const timer = setInterval(begin, options.everyMs)
  return {
    isPaused: (group) => paused.has(group),
    async close() {
      clearInterval(timer)
      giveUpMs = performance.now() + CLOSE_TIMEOUT_MS
      await Promise.all(paused.values())
    },
  }
}

/** Waits for the end of the device's connection, which shows that the broker knows of the move. */
async function untilCut(device: Pick<Device, 'losses'>, losses: number): Promise<void> {
  const deadline = performance.now() + CUT_TIMEOUT_MS
  while (device.losses() === losses && performance.now() < deadline) await sleep(TICK_MS)
}
