import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** All of axe-core's rules about colours that are on by default. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

/** What axe-core finds wrong in the page as it is now that keeps somebody from using it; by all rules, or by those of colours. */
export async function seriousIssues(page: Page, rules: 'all' | 'colours' = 'all'): Promise<string[]> {
  // Through the debugger's protocol, which the page's policy does not concern.
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
