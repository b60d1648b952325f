import type { ComponentChildren } from 'preact'
import { Button } from '../../ui/button.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Loading } from '../../ui/loading.tsx'
import { AdminTable, type AdminTableProps } from './admin-table.tsx'
import type { Pages } from './use-pages.ts'
import './listing.css'

export interface ListingProps<T> extends Omit<AdminTableProps<T>, 'items'> {
  pages: Pages<T>
  /** the rows to show; by default all that were read */
  items?: readonly T[]
  /** shown instead of an empty table */
  empty: ComponentChildren
}

/** A table that is read page by page, with its loading, error and empty states. */
export function Listing<T>({ pages, items = pages.items, empty, ...table }: ListingProps<T>) {
  const { state, problem, hasMore, more, reload } = pages
  if (state === 'failed' && pages.items.length === 0) return <ErrorState problem={problem} onRetry={reload} />
  if (state === 'loading') return <Loading label="Loading" />
  return (
    <>
      {state === 'failed' && <ErrorState problem={problem} onRetry={reload} />}
      {items.length === 0 && !hasMore ? (
        empty
      ) : (
        <div class="listing__table">
          <AdminTable {...table} items={items} />
        </div>
      )}
      {hasMore && (
        <div class="listing__more">
          <span>{items.length} loaded</span>
          <Button onClick={more}>Show more</Button>
        </div>
      )}
    </>
  )
}
