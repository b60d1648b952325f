import { readFileSync } from 'node:fs'
import { expect } from 'chai'

const css = readFileSync(new URL('../../../dashboard/ui/theme.css', import.meta.url), 'utf8')

function block(start: string): Record<string, string> {
  const from = css.indexOf(start)
  const body = css.slice(css.indexOf('{', from) + 1, css.indexOf('}', from))
  return Object.fromEntries(
    [...body.matchAll(/(--[\w-]+|color-scheme):\s*([^;]+);/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  )
}

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

describe('the theme', () => {
  const themes = { light: block(':root {'), dark: block("[data-theme='dark']") }

  it("the dark theme is the same by the system's setting and by choice", () => {
    expect(block(":root:not([data-theme='light'])")).to.deep.equal(themes.dark)
  })

  for (const [name, theme] of Object.entries(themes)) {
    const colour = (property: string) => theme[property] ?? ''

    it(`the ${name} theme has readable text`, () => {
      for (const ground of ['--bg', '--surface', '--surface-2'])
        for (const text of ['--text', '--text-muted', '--accent', '--danger', '--warning', '--ok'])
          expect(contrast(colour(text), colour(ground)), `${text} on ${ground}`).to.be.at.least(4.5)
      expect(contrast(colour('--on-accent'), colour('--accent'))).to.be.at.least(4.5)
    })

    it(`the ${name} theme has distinguishable states`, () => {
      for (const state of ['unknown', 'moving', 'idling', 'stopped', 'offline', 'alert'])
        for (const ground of ['--bg', '--surface', '--surface-2'])
          expect(
            contrast(colour(`--state-${state}`), colour(ground)),
            `${state} on ${ground}`,
          ).to.be.at.least(3)
    })
  }
})
