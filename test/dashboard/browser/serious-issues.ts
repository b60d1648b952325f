import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** axe-core's rules about colours that are on by default. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

/** Serious accessibility issues that axe-core finds in the page, by all rules or only those about colours. */
export async function seriousIssues(page: Page, rules: 'all' | 'colours' = 'all'): Promise<string[]> {
  // Through the debugger's protocol, to which the page's policy does not apply.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(AXE)
  const options = {
    resultTypes: ['violations'],
    ...(rules === 'colours' && { runOnly: { type: 'rule', values: COLOUR_RULES } }),
  }
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map((it) => `${id}: ${help}: ${it.html} ${it.failureSummary}`))
}
