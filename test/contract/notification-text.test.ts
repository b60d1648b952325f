import { expect } from 'chai'
import { templateFaults, writeDigest, writeText } from '../../contract/notification-text.ts'
import type { NotifiedEvent } from '../../contract/notifications.ts'

const event: NotifiedEvent = {
  id: 7,
  vehicle: 'truck-7',
  rule: 'fast',
  kind: 'overspeed',
  severity: 'warning',
  state: 'open',
  started_at: '2026-03-29T01:30:00Z',
  ended_at: null,
}
const write = (text: string, more: object = {}, zone = 'UTC') =>
  writeText({ ...event, ...more }, { reason: 'raised', templates: { text }, zone }).text

describe('texts of notifications', () => {
  it('a placeholder is replaced by its value, and a name by the key if it is empty', () => {
    expect(write('{{ vehicle }}/{{vehicle_name}}/{{rule_name}}/{{reason}}')).to.equal(
      'truck-7/truck-7/fast/raised',
    )
    expect(write('{{value}}', { value: 0 })).to.equal('0')
  })

  it('a value is never read as a template, and has no line breaks', () => {
    expect(write('{{vehicle_name}} {{rule}}', { vehicle_name: '{{note}}\n{{rule}}\u202e' })).to.equal(
      '{{note}} {{rule}}  fast',
    )
    expect(write('{{vehicle_name}}', { vehicle_name: { toString: () => 'code' } })).to.equal('truck-7')
    expect(write('a{{note}}b', { note: 'x'.repeat(10_000) })).to.have.length(502)
    expect(write('{{note}}', { note: `${'x'.repeat(498)}🚚🚚` })).to.equal(`${'x'.repeat(498)}…`)
    expect(write('{{constructor}}{{__proto__}}')).to.equal('')
  })

  it('a line without any value is left out', () => {
    expect(write('a\n{{ended_at}} {{unit}}\n{{place}} {{rule}}\nb', { unit: 'km/h' })).to.equal('a\n fast\nb')
  })

  it('times are local, with their offset, and durations are readable', () => {
    const times = { started_at: '2026-03-29T00:30:00Z', ended_at: '2026-03-29T01:30:05Z' }
    expect(write('{{started_at}} to {{ended_at}}, {{duration}}', times, 'Europe/Stockholm')).to.equal(
      '2026-03-29 01:30:00 UTC+1 to 2026-03-29 03:30:05 UTC+2, 1 h 0 min',
    )
    expect(write('{{started_at}}', {}, 'Asia/Kathmandu')).to.equal('2026-03-29 07:15:00 UTC+5:45')
  })

  it('a digest has a line for each event, and counts the others', () => {
    const events = Array.from({ length: 30 }, (_, n) => ({ ...event, id: n, reason: 'raised' as const }))
    const digest = { count: 37, severities: { warning: 37 }, events }
    const { subject, text } = writeDigest(digest, {
      templates: { subject: '{{vehicle}} {{id}}' },
      zone: 'UTC',
    })
    expect(subject).to.equal('37 events since the last notification')
    const lines = text.split('\n')
    expect(lines).to.have.length(21)
    expect(lines[0]).to.equal('- 2026-03-29 01:30:00 UTC truck-7 0')
    expect(lines[20]).to.equal('and 17 more')
  })

  it('unknown placeholders and lone braces are faults of a template', () => {
    expect(templateFaults('{{vehicle}} {{ rule }} { x }')).to.deep.equal([])
    expect(templateFaults('{{a}} {{a}} {{b.c}}')).to.have.length(2)
    for (const text of ['{{vehicle', 'vehicle}}', '{{{{vehicle}}}}'])
      expect(templateFaults(text), text).to.have.length(1)
  })
})
