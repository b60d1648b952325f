import { expect } from 'chai'
import { bar, createProgress } from '../../simulator/progress.ts'

describe('the progress bar', () => {
  it('shows the share that is done', () => {
    expect(bar(0.5)).to.equal('[############------------]  50 %')
    expect([bar(-1), bar(2)]).to.deep.equal([bar(0), bar(1)])
  })

  it('is drawn a few times a second, and taken away in the end', () => {
    const written: string[] = []
    let now = 0
    const progress = createProgress(
      (text) => written.push(text),
      () => now,
    )
    for (now = 0; now < 1000; now += 10) progress.show(now / 1000, 'words')
    expect(written).to.have.length(5)
    progress.end()
    progress.end()
    expect(written.at(-1)).to.equal('\r\u001b[K')
    expect(written).to.have.length(6)
  })

  it('is silent without a terminal', () => {
    const progress = createProgress(undefined)
    progress.show(0.5, 'words')
    progress.end()
  })
})
