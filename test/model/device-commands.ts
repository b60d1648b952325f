import { canSend, command, isCalm, missing, type Command } from './command.ts'
import { describeMessage, type MessagePlan } from './readings.ts'
import { replayAll } from './replay.ts'
import { vehicleNow, write, type Sent } from './specification.ts'
import type { Stage } from './stage.ts'

/** The action of a device after a publish: `cut` ends its connection without reading any answer. */
export const THEN = ['wait', 'go on', 'cut'] as const
export type Then = (typeof THEN)[number]

export function publish(d: number, q: number, plan: MessagePlan, then: Then, isHeld: boolean): Command {
  const text = `device ${d} publishes with QoS ${q}, ${then}${q === 2 && isHeld ? ', holds PUBREL' : ''}: ${describeMessage(plan)}`
  return command(text, canSend(d), async (stage) => {
    const own = vehicleNow(stage.spec.devices[d] ?? missing())?.key ?? ''
    await send(stage, d, q, own, write(plan, stage.spec.calendar), then, isHeld)
  })
}

export function publishElsewhere(d: number, v: number, q: number, plan: MessagePlan, then: Then): Command {
  const text = `device ${d} publishes for vehicle ${v} with QoS ${q}, ${then}: ${describeMessage(plan)}`
  return command(text, canSend(d), async (stage) => {
    const key = stage.spec.vehicles[v]?.key ?? missing()
    await send(stage, d, q, key, write(plan, stage.spec.calendar), then, false)
  })
}

export function again(d: number, back: number, q: number, then: Then): Command {
  return command(
    `device ${d} sends message -${back + 1} as a new one with QoS ${q}, ${then}`,
    canSend(d),
    async (stage) => {
      const last = stage.history[d]?.at(-1 - back)
      if (last !== undefined) await send(stage, d, q, last.topic, last.sent, then, false)
    },
  )
}

async function send(
  stage: Stage,
  d: number,
  q: number,
  vehicleKey: string,
  sent: Sent,
  then: Then,
  isHeld: boolean,
): Promise<void> {
  const tracker = stage.trackers[d] ?? missing()
  const sender = stage.spec.devices[d] ?? missing()
  if (!(await tracker.connect())) return
  stage.history[d]?.push({ topic: vehicleKey, sent })
  const { payload } = sent
  const topic = `fleet/${vehicleKey}/telemetry`
  const deliver = () => stage.deliver(sender, vehicleKey, sent)
  if (q === 0) return tracker.publishUnacknowledged(topic, payload, deliver)
  const exchange = tracker.publish({ topic, payload, deliver, qos: q === 1 ? 1 : 2, isHeld })
  if (then === 'wait') await tracker.settled(exchange)
  if (then === 'cut') tracker.cut()
}

export const sendAgain = (d: number) =>
  command(`device ${d} resends its messages in flight`, canSend(d), async ({ trackers }) =>
    trackers[d]?.sendAgain(),
  )

export const reconnect = (d: number, clean: boolean, broker: number) =>
  command(
    `device ${d} reconnects${clean ? ' with a clean session' : ''} to broker ${broker}`,
    canSend(d),
    async ({ trackers }) => {
      trackers[d]?.cut()
      await trackers[d]?.connect({ clean, broker })
    },
  )

export const settle = (d: number) =>
  command(`device ${d} waits for its acknowledgements`, canSend(d), async ({ trackers }) =>
    trackers[d]?.settled(),
  )

export const forget = (d: number) =>
  command(`device ${d} loses its memory`, canSend(d), async ({ trackers }) => trackers[d]?.forget())

export const release = (d: number) =>
  command(`device ${d} sends the PUBRELs it held`, canSend(d), async ({ trackers }) => trackers[d]?.release())

export const postTelemetry = (d: number, plan: MessagePlan) =>
  command(`device ${d} posts ${describeMessage(plan)}`, canSend(d), async (stage) => {
    const sent = write(plan, stage.spec.calendar)
    await stage.postTelemetry(stage.spec.devices[d] ?? missing(), sent)
  })

export const replay = (d: number, plan: MessagePlan, times: number) =>
  command(
    `a dead letter of device ${d} is sent again ${times} times: ${describeMessage(plan)}`,
    canSend(d),
    async (stage) => {
      const { calendar } = stage.spec
      const sender = stage.spec.devices[d] ?? missing()
      const of = vehicleNow(sender) ?? missing()
      const sent = write(plan, calendar)
      await Promise.all(
        Array.from({ length: times }, () => stage.postReplay(sender, of, calendar.receivedUs, sent)),
      )
    },
  )

export const replayLetters = command('every dead letter is sent again', isCalm, replayAll)
