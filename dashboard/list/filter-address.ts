import { batch, effect, type ReadonlySignal } from '@preact/signals'
import { LIVE_STATES } from '../../contract/live-frame.ts'
import type { Navigate } from '../routing/router.ts'
import { vehiclePath, type Route } from '../routing/routes.ts'
import type { FilterChoice } from './filter-choice.ts'

export interface FilterAddressOptions {
  route: ReadonlySignal<Route>
  navigate: Navigate
  /** delay between the last key and a change of the address: browsers refuse too many changes */
  addressDelayMs: number
}

export interface FilterAddress {
  /** Writes the choice into the address: after the delay while the user is typing, otherwise immediately. */
  write: (isTyping: boolean) => void
  close: () => void
}

const PARAMETERS = ['q', 'state', 'group'] as const

/** Keeps the filter's choice and the address the same, whichever changes. */
export function createFilterAddress(
  choice: FilterChoice,
  { route, navigate, addressDelayMs }: FilterAddressOptions,
): FilterAddress {
  /** the filters that were last read or written; others in the address come from a link or the back button */
  let known: string | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const stop = effect(() => {
    const { query } = route.value
    const there = filtersOf(query)
    if (there === known) return
    known = there
    clearTimeout(timer)
    batch(() => readQuery(choice, query))
  })

  function write(): void {
    const at = route.peek()
    if (at.view !== 'map') return
    const query = withChoice(at.query, choice)
    known = filtersOf(query)
    const path = at.vehicle === undefined ? '/' : vehiclePath(at.vehicle, at.tab)
    navigate(`${path}?${query}`, { replace: true })
  }

  return {
    write(isTyping) {
      clearTimeout(timer)
      if (isTyping) timer = setTimeout(write, addressDelayMs)
      else write()
    },
    close() {
      clearTimeout(timer)
      stop()
    },
  }
}

function readQuery({ text, states, group }: FilterChoice, query: URLSearchParams): void {
  text.value = query.get('q') ?? ''
  const names = (query.get('state') ?? '').split(',')
  states.value = new Set(LIVE_STATES.filter((it) => names.includes(it)))
  group.value = query.get('group') || undefined
}

/** The query with the choice as its filters. */
function withChoice(before: URLSearchParams, { text, states, group }: FilterChoice): URLSearchParams {
  const query = new URLSearchParams(before)
  for (const name of PARAMETERS) query.delete(name)
  if (text.peek() !== '') query.set('q', text.peek())
  if (states.peek().size > 0) query.set('state', [...states.peek()].join(','))
  const chosen = group.peek()
  if (chosen !== undefined) query.set('group', chosen)
  // Navigating to a path without a filter keeps the current filters; an empty one removes them.
  if (filtersOf(query) === NO_FILTERS) query.set('q', '')
  return query
}

/** The filters of a query as one text, to compare queries. */
function filtersOf(query: URLSearchParams): string {
  return JSON.stringify(PARAMETERS.map((name) => query.get(name) ?? ''))
}
const NO_FILTERS = filtersOf(new URLSearchParams())
