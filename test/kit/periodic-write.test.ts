import { expect } from 'chai'
import { createLog } from '../../kit/log.ts'
import { startPeriodicWrite, type PeriodicWrite } from '../../kit/periodic-write.ts'
import { eventually } from '../support/eventually.ts'

describe('periodic write', () => {
  let events: unknown[]
  let periodic: PeriodicWrite
  const start = (write: () => Promise<void>) => {
    events = []
    const take = (line: string) => void events.push((JSON.parse(line) as Record<string, unknown>)['event'])
    const log = createLog('test', 'info', { write: take })
    periodic = startPeriodicWrite({ write, intervalMs: 2, log, failedEvent: 'not_written' })
  }

  it('writes do not overlap, and closing writes once more', async () => {
    let [running, most, count] = [0, 0, 0]
    start(async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 20))
      running--
      count++
    })
    await eventually('three writes', () => count >= 3)
    const before = count
    await periodic.close()
    expect(count).to.be.greaterThan(before)
    const last = count
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect([most, running, count]).to.deep.equal([1, 0, last])
  })

  it('a failure is logged once until a write succeeds', async () => {
    let count = 0
    start(async () => {
      count++
      if (count !== 5) throw new Error('no')
    })
    await eventually('ten writes', () => count >= 10)
    await periodic.close()
    expect(events).to.deep.equal(['not_written', 'not_written'])
  })

  it('closing gives up on a write that hangs', async () => {
    let isWriting = false
    start(() => {
      isWriting = true
      return new Promise(() => {})
    })
    await eventually('the write has begun', () => isWriting)
    const startMs = performance.now()
    await periodic.close()
    expect(performance.now() - startMs).to.be.at.least(900)
  })
})
