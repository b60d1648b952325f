import type { ComponentChildren } from 'preact'
import { Button } from '../../ui/button.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Loading } from '../../ui/loading.tsx'
import type { Pages } from './use-pages.ts'
import './listing.css'

export interface ListingProps<T> {
  pages: Pages<T>
  /** instead of the table when there is nothing */
  empty: ComponentChildren
  /** of those that are shown; default: all that were read */
  count?: number
  children: ComponentChildren
}

/** What is around a table that is read page by page: its waiting, its failure, its being empty, its next page. */
export function Listing<T>({ pages, empty, count = pages.items.length, children }: ListingProps<T>) {
  const { state, items, problem, hasMore, more, reload } = pages
  if (state === 'failed' && items.length === 0) return <ErrorState problem={problem} onRetry={reload} />
  if (state === 'loading') return <Loading label="Loading" />
  return (
    <>
      {state === 'failed' && <ErrorState problem={problem} onRetry={reload} />}
      {count === 0 && !hasMore ? empty : <div class="listing__table">{children}</div>}
      {hasMore && (
        <div class="listing__more">
          <span>{count} so far</span>
          <Button onClick={more}>Show more</Button>
        </div>
      )}
    </>
  )
}
