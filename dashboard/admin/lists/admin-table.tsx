import type { ComponentChildren } from 'preact'
import './admin-table.css'

export interface Column<T> {
  title: string
  cell: (item: T) => ComponentChildren
}

export interface AdminTableProps<T> {
  label: string
  columns: readonly Column<T>[]
  items: readonly T[]
  keyOf: (item: T) => string | number
  actions?: (item: T) => ComponentChildren
}

/**
 * A table; on a phone, a card for each row. The first column names the row. The roles are explicit, because a table that is
 * displayed otherwise loses its own.
 */
export function AdminTable<T>({ label, columns, items, keyOf, actions }: AdminTableProps<T>) {
  return (
    <table class="admin-table" role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ title }) => (
            <th key={title} role="columnheader" scope="col">
              {title}
            </th>
          ))}
          {actions && (
            <th role="columnheader" scope="col">
              <span class="visually-hidden">Actions</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {items.map((item) => (
          <tr key={keyOf(item)} role="row">
            {columns.map(({ title, cell }, index) => {
              const content = cell(item)
              const names = [
                'admin-table__cell',
                index === 0 && 'admin-table__cell--name',
                isBlank(content) && 'admin-table__cell--blank',
              ]
              return (
                <td key={title} role="cell" class={names.filter(Boolean).join(' ')} data-label={title}>
                  <div class="admin-table__value">{content}</div>
                </td>
              )
            })}
            {actions && (
              <td role="cell" class="admin-table__actions">
                <div>{actions(item)}</div>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function isBlank(content: ComponentChildren): boolean {
  return content === '' || content === null || content === undefined
}
