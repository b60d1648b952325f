import { useApp } from '../../app-context.ts'

/** Longer lists are not read; further letters narrow them. */
const SHOWN_MAX = 50

/** Vehicles whose key or name contains `text`, for the `list` of an input. */
export function VehicleOptions({ id, text }: { id: string; text: string }) {
  const { table } = useApp()
  void table.structure.value
  const wanted = text.toLowerCase()
  const rows: number[] = []
  for (let row = 0; row < table.count && rows.length < SHOWN_MAX; row++) {
    if (`${table.keys[row]} ${table.names[row]}`.toLowerCase().includes(wanted)) rows.push(row)
  }
  return (
    <datalist id={id}>
      {rows.map((row) => (
        <option key={table.keys[row]} value={table.keys[row]}>
          {table.names[row]}
        </option>
      ))}
    </datalist>
  )
}
