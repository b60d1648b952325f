import { useApp } from '../../app-context.ts'

/** The groups that the viewer can see, for the `list` of an input. */
export function GroupOptions({ id }: { id: string }) {
  const { filter } = useApp()
  return (
    <datalist id={id}>
      {filter.groups.value.map((group) => (
        <option key={group} value={group} />
      ))}
    </datalist>
  )
}
