import { computed, type ReadonlySignal } from '@preact/signals'
import { foldText } from '../../contract/fold-text.ts'
import type { VehicleTable } from '../live/vehicle-table.ts'

/** The parts of the filter that depend only on which vehicles exist and on their names. */
export interface VehicleOrder {
  /** by row: the folded texts that are searched */
  folded: readonly string[]
  /** rows in order of their names, or keys without a name; "truck 10" comes after "truck 9" */
  byName: Uint32Array
  groups: readonly string[]
}

/** The order, rebuilt when the table's structure changes, which takes about 50 ms for 10,000 vehicles. */
export function createVehicleOrder(table: VehicleTable): ReadonlySignal<VehicleOrder> {
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
  return computed(() => {
    void table.structure.value
    const { count, keys, names } = table
    const shownName = (row: number) => names[row] || keys[row] || ''
    // Folding all texts at once takes a fraction of the time. No text has a control character.
    const folded = foldText(table.texts.join('\0')).split('\0')
    const rows = Array.from({ length: count }, (_, row) => row)
    rows.sort(
      (a, b) =>
        collator.compare(shownName(a), shownName(b)) ||
        collator.compare(keys[a] ?? '', keys[b] ?? '') ||
        a - b,
    )
    const groups = new Set(table.groups.slice(0, count).filter((it) => it !== null))
    return { folded, byName: Uint32Array.from(rows), groups: [...groups].toSorted(collator.compare) }
  })
}
