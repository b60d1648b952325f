import { useApp } from '../app-context.ts'
import { formatAge } from '../format/format-age.ts'
import { StateBadge } from '../ui/state-badge.tsx'

/** The state of a row of the table, with its age if it is stale. */
export function VehicleState({ row, nowMs }: { row: number; nowMs: number }) {
  const { table, preferences } = useApp()
  const last = table.staleStateOf(row)
  if (last === undefined) return <StateBadge state={table.stateOf(row)} />
  const age = formatAge(nowMs - (table.lastStateMs[row] ?? 0), preferences.locale.value)
  return <StateBadge state="stale" last={last} age={age} />
}
