import { expect } from 'chai'
import { withoutEarlier } from '../../../../broker/gate/permissions/without-earlier.ts'
import type { VehicleTopic } from '../../../../contract/topics.ts'

const BEFORE = '2026-11-21T07:59:59.999Z'
const AT = '2026-11-21T08:00:00.000Z'
const beginning = { seenFromUs: Date.parse(AT) * 1000, nowUs: Date.parse(AT) * 1000 + 1 }

describe('messages for a user whose grant has a start', () => {
  const of = (kind: VehicleTopic, text: string, nowUs = beginning.nowUs) =>
    withoutEarlier(kind, Buffer.from(text), { ...beginning, nowUs })?.toString()

  it('readings from the start of a grant are forwarded as written, earlier ones are removed', () => {
    const at = `{ "time": "${AT}", "speed": 1.50 }`
    const asMs = `{"time":${Date.parse(AT)},"extra":{"time":"${BEFORE}"}}`
    expect(of('telemetry', `[{"time":"${BEFORE}"}, ${at} ,${asMs},{"time":${Date.parse(BEFORE)}}]`)).to.equal(
      `[${at},${asMs}]`,
    )
    expect(of('telemetry', at)).to.equal(at)
    expect(of('telemetry', `{"time":"${BEFORE}"}`)).to.equal(undefined)
    expect(of('telemetry', `[{"time":"${BEFORE}"}]`)).to.equal(undefined)
    const zoned = '{"time":"2026-11-21T08:30:00+01:00"}'
    expect(of('telemetry', zoned)).to.equal(undefined)
  })

  it('a reading with an unreadable time is removed; without a time, the current time counts', () => {
    expect(of('telemetry', '[{"time":"yesterday"},{"time":{}},{"time":true}]')).to.equal(undefined)
    expect(of('telemetry', '{"speed":1}')).to.equal('{"speed":1}')
    expect(of('telemetry', '[{"speed":1},{"time":null}]')).to.equal('[{"speed":1},{"time":null}]')
    expect(of('telemetry', '{"speed":1}', beginning.seenFromUs - 1)).to.equal(undefined)
  })

  it('a rejection is judged by its receipt time, and a status from before loses its time', () => {
    expect(of('rejected', `{"received_at":"${BEFORE}"}`)).to.equal(undefined)
    expect(of('rejected', `{"received_at":"${AT}"}`)).to.equal(`{"received_at":"${AT}"}`)
    expect(of('status', `{"online":true,"since":"${BEFORE}"}`)).to.equal('{"online":true,"since":null}')
    expect(of('status', `{"online":false,"since":"${AT}"}`)).to.equal(`{"online":false,"since":"${AT}"}`)
    const event = (time: string) => JSON.stringify({ id: 'x', data: { started_at: time } })
    for (const [time, seen] of [
      [AT, true],
      [BEFORE, false],
    ] as const)
      expect(of('events', event(time))).to.equal(seen ? event(time) : undefined)
    expect(of('alerts', '{}')).to.equal('{}')
    expect(of('alerts', '{}', beginning.seenFromUs - 1)).to.equal(undefined)
  })
})
