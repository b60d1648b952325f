import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { builtPage } from './browser/built-page.ts'

const LOGIN_BYTES_MAX = 40_000
/** 650 kB, and 1 kB for geofences on the map, which is loaded with the map only. */
const APP_BYTES_MAX = 651_000

describe("the dashboard's build", function () {
  this.timeout(60_000)
  let dist: string
  let sizes: Map<string, number>
  let first: string[]

  before(() => {
    dist = builtPage()
    const assets = readdirSync(join(dist, 'assets')).filter((it) => !/\.(br|gz)$/.test(it))
    sizes = new Map(
      assets.map((it) => [it, gzipSync(readFileSync(join(dist, 'assets', it)), { level: 9 }).length]),
    )
    const page = readFileSync(join(dist, 'index.html'), 'utf8')
    first = [...page.matchAll(/\/assets\/([^"]+)"/g)].map(([, name = '']) => name)
  })

  const total = (names: readonly string[]) => names.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0)

  it('the login page is under 40 kB', () => {
    const bytes = total(first) + gzipSync(readFileSync(join(dist, 'index.html'))).length
    console.log(`      login page: ${(bytes / 1000).toFixed(1)} kB gzipped, ${first.join(', ')}`)
    expect(first).to.not.have.length(0)
    expect(bytes).to.be.lessThan(LOGIN_BYTES_MAX)
  })

  it('the app is under 651 kB without the basemap', () => {
    const app = [...sizes.keys()].filter((it) => /\.(m?js|css)$/.test(it))
    console.log(`      app: ${(total(app) / 1000).toFixed(1)} kB gzipped, ${app.length} files`)
    expect(total(app)).to.be.lessThan(APP_BYTES_MAX)
  })

  it('the page has no inline script or style, which the policy forbids', () => {
    const page = readFileSync(join(dist, 'index.html'), 'utf8')
    expect(page).to.not.match(/<style|style=|<script(?![^>]*\bsrc=)|\son\w+=|javascript:/)
  })

  it('the files of the login page are also built compressed', () => {
    const files = readdirSync(join(dist, 'assets'))
    for (const name of first) expect(files).to.include.members([`${name}.br`, `${name}.gz`])
  })
})
