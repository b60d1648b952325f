import type { Locator, Page } from 'playwright-core'
import type { StateOracle } from '../../support/state-oracle.ts'
import { panelOf } from './page-parts.ts'

/** What a part of the page shows of a vehicle. */
export interface Said {
  /** as in "Moving" or "Alert, 2 h ago" */
  state: string
  /** as in "50 km/h" */
  speed: string | undefined
  /** of the newest position, as in "3 s" */
  age: string | undefined
}

/** A newest value in the panel, by its label. */
export type SaidValues = Record<string, { value: string; age: string }>

/** The rows of the list, by the key of the vehicle. */
export async function readList(page: Page): Promise<Record<string, Said>> {
  const rows = await textsIn(page.locator('.vehicle-list__row'), {
    key: '.vehicle-list__key',
    state: '.vehicle-list__state',
    speed: '.vehicle-list__speed',
    figures: '.vehicle-list__figures',
  })
  return Object.fromEntries(
    rows.map(({ key = '', state = '', speed, figures = '' }) => {
      const age = figures.slice(speed?.length ?? 0)
      return [key, { state, speed, age: age === 'no position' ? undefined : age }]
    }),
  )
}

/** Content of the map's tooltip; `undefined` while no tooltip is shown. */
export async function readTooltip(page: Page): Promise<(Said & { name: string }) | undefined> {
  const [said] = await textsIn(page.locator('.map-tooltip__box'), {
    name: '.map-tooltip__name',
    state: '.state-badge',
    speed: '.state-badge + span',
    age: '.map-tooltip__age',
  })
  if (said === undefined) return undefined
  const { name = '', state = '', speed, age } = said
  return { name, state, speed, age: age?.replace(/ ago$/, '') }
}

/** The state in the header of an open panel, and its newest values. */
export async function readPanel(page: Page, vehicle: string): Promise<{ state: string; values: SaidValues }> {
  const panel = panelOf(page, vehicle)
  const [state = ''] = await panel.locator('.vehicle-panel__about .state-badge').allTextContents()
  const items = await textsIn(panel.locator('.newest-values__item'), {
    label: 'dt',
    value: '.newest-values__value',
    age: '.newest-values__age',
  })
  const values = items.map(({ label = '', value = '', age = '' }) => [label, { value, age }] as const)
  return { state, values: Object.fromEntries(values) }
}

/** The texts of the parts of each element, read at the same moment; `undefined` for a part that is missing. */
function textsIn<Name extends string>(
  elements: Locator,
  queries: Record<Name, string>,
): Promise<Record<Name, string | undefined>[]> {
  // All functions are anonymous: the page lacks the helper with which tsx keeps names.
  return elements.evaluateAll(
    (all, wanted) =>
      all.map((element) =>
        Object.fromEntries(
          wanted.map(([name, query]) => [name, element.querySelector(query)?.textContent ?? undefined]),
        ),
      ),
    Object.entries<string>(queries),
  ) as Promise<Record<Name, string | undefined>[]>
}

const UNIT_MS: Record<string, number> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }
/** A page is drawn once a second. A frame has the age of a state in whole seconds, from nine hours on in whole hours. */
const AGE_TOLERANCE_MS = 3000
const COARSE_FROM_MS = 9 * 3_600_000

/** Whether a text such as "12 min" says this age, rounded down. */
function saysAge(text: string | undefined, ageMs: number): boolean {
  const [, count, unit = ''] = /^(\d+) (\w+)$/.exec(text ?? '') ?? []
  const unitMs = UNIT_MS[unit]
  if (unitMs === undefined) return false
  const leastMs = Number(count) * unitMs
  const toleranceMs = AGE_TOLERANCE_MS + (ageMs > COARSE_FROM_MS ? 3_600_000 : 0)
  return leastMs <= ageMs + toleranceMs && leastMs + unitMs > ageMs - toleranceMs
}

const word = (state: string) => state.charAt(0).toUpperCase() + state.slice(1)

/** Why the shown state is wrong; `undefined` if it is right. */
export function faultOfState(
  said: string | undefined,
  oracle: StateOracle,
  nowMs: number,
): string | undefined {
  const { state, last, lastMs, isStale } = oracle.state(nowMs)
  if (!isStale || (state !== 'stale' && last !== 'alert'))
    return said === word(state) ? undefined : `state "${said}" instead of "${word(state)}"`
  const [, shown, age] = /^(\w+), (.*) ago$/.exec(said ?? '') ?? []
  if (shown === word(last) && saysAge(age, nowMs - lastMs)) return undefined
  return `state "${said}" instead of "${word(last)}, ${(nowMs - lastMs) / 1000} s ago"`
}

/** Why state, speed or age in the list or on the map are wrong; `undefined` if they are right. */
export function faultOf(said: Said | undefined, oracle: StateOracle, nowMs: number): string | undefined {
  if (said === undefined) return 'not shown'
  const state = faultOfState(said.state, oracle, nowMs)
  if (state !== undefined) return state
  const speed = oracle.fresh('speed', nowMs)
  const positionMs = oracle.newest.get('lat')?.timeMs
  // Without a position, a vehicle keeps the snapshot's speed until that is stale.
  const isSpeed =
    positionMs === undefined
      ? (said.speed !== undefined) === (speed !== undefined)
      : said.speed === (speed === undefined ? undefined : `${String(speed)} km/h`)
  if (!isSpeed) return `speed "${said.speed}" instead of ${String(speed)}`
  const isAge = positionMs === undefined ? said.age === undefined : saysAge(said.age, nowMs - positionMs)
  return isAge ? undefined : `age "${said.age}" of a position at ${positionMs}, now ${nowMs}`
}

const LABELS: Record<string, string> = { speed: 'Speed', ignition: 'Ignition', status: 'Status' }

/** Why the newest values in the panel are wrong; `undefined` if they are right. */
export function faultOfValues(said: SaidValues, oracle: StateOracle, nowMs: number): string | undefined {
  for (const [name, { value, timeMs }] of oracle.newest) {
    const label = LABELS[name] ?? (name.startsWith('extra.') ? name.slice('extra.'.length) : undefined)
    if (label === undefined) continue
    const shown = said[label]
    const text = name === 'speed' ? `${String(value)} km/h` : String(value)
    const expected = name === 'ignition' ? (value === true ? 'on' : 'off') : text
    if (shown?.value !== expected) return `${label} "${shown?.value}" instead of "${expected}"`
    const isStale = shown.age.endsWith(', stale')
    if (isStale !== oracle.isStale(name, nowMs))
      return `${label} is shown as ${isStale ? 'stale' : 'current'}`
    if (!saysAge(shown.age.replace(/ ago(, stale)?$/, ''), nowMs - timeMs))
      return `${label} "${shown.age}", of ${timeMs}, now ${nowMs}`
  }
  return undefined
}
