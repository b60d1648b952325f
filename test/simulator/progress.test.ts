import { expect } from 'chai'
import { bar, createProgress } from '../../simulator/progress.ts'

describe('the progress bar', () => {
  it('the bar shows the share that is done', () => {
    expect(bar(0.5)).to.equal('[############------------]  50 %')
    expect([bar(-1), bar(2)]).to.deep.equal([bar(0), bar(1)])
  })

  it('the bar is drawn a few times a second, and removed at the end', () => {
    const written: string[] = []
    let now = 0
    const progress = createProgress({ write: (text) => written.push(text), columns: () => 80 }, () => now)
    for (now = 0; now < 1000; now += 10) progress.show(now / 1000, 'words')
    expect(written).to.have.length(5)
    progress.end()
    progress.end()
    expect(written.at(-1)).to.equal('\r\u001b[K')
    expect(written).to.have.length(6)
  })

  it('the bar never wraps, even after the terminal was resized', () => {
    const lines: string[] = []
    let columns = 60
    const progress = createProgress(
      { write: (text) => lines.push(text.replace('\r', '').replace('\u001b[K', '')), columns: () => columns },
      () => lines.length * 1000,
    )
    progress.show(0.5, 'words '.repeat(20))
    columns = 20
    progress.show(0.5, 'words')
    columns = 0
    progress.show(0.5, 'words')
    expect(lines.map((line) => line.length)).to.deep.equal([59, 19, 0])
    expect(lines[0]).to.include(`${bar(0.5)} words`)
  })

  it('nothing is drawn without a terminal', () => {
    const progress = createProgress(undefined)
    progress.show(0.5, 'words')
    progress.end()
  })
})
