import { expect } from 'chai'
import type { Child } from '../../kit/child.ts'
import { keepChild } from '../../kit/kept-child.ts'
import { createLog } from '../../kit/log.ts'
import { eventually } from '../support/eventually.ts'

describe('a process that is kept running', () => {
  const log = createLog('test', 'silent')

  it('a process that ends or does not start is started again, and stays ended once it is stopped', async () => {
    let starts = 0
    let stops = 0
    let end = (_how: string) => {}
    const start = async (): Promise<Child<unknown>> => {
      if (++starts === 2) throw new Error('cannot start')
      const ended = new Promise<string>((resolve) => (end = resolve))
      const stop = async () => {
        stops++
        end('stopped')
      }
      return { pid: 1, ready: {}, ended, stop }
    }
    const kept = keepChild('part', start, { log, restartMs: 1 })
    await eventually('it is started', () => starts === 1)
    end('part ended with code 1')
    await eventually('it is started again', () => starts === 3)
    await kept.stop()
    expect([starts, stops]).to.deep.equal([3, 1])
  })
})
