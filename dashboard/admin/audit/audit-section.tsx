import { useState } from 'preact/hooks'
import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { formatDateTime } from '../../format/format-time.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import type { Column } from '../lists/admin-table.tsx'
import { changesBetween } from './changes-between.ts'
import { Listing } from '../lists/listing.tsx'
import { Search, Toolbar } from '../lists/toolbar.tsx'
import { useDebounced } from '../lists/use-debounced.ts'
import { usePages } from '../lists/use-pages.ts'
import { useUsers } from '../users/use-users.ts'
import './audit-section.css'

type Entry = Schemas['AuditEntry']

/** Values shown of an entry; an import can have hundreds. */
const VALUES_MAX = 20

/** The audit log, newest entries first: changes, logins, exports and reads of secrets. */
export function AuditSection() {
  const { api, preferences } = useApp()
  const users = useUsers()
  const [subject, setSubject] = useState('')
  const [actor, setActor] = useState('')
  const wantedSubject = useDebounced(subject.trim())
  const wantedActor = useDebounced(actor.trim())
  // Users are known by their address, and logged by their id.
  const found = users.find(({ email }) => email === wantedActor)
  const actorName = found ? `user:${found.id}` : wantedActor
  const pages = usePages(
    (cursor, signal) => {
      const query = {
        ...(wantedSubject !== '' && { subject: wantedSubject }),
        ...(actorName !== '' && { actor: actorName }),
        ...(cursor !== undefined && { cursor }),
      }
      return api.GET('/api/audit-log', { params: { query }, signal })
    },
    [wantedSubject, actorName],
  )
  const nameOf = (name: string) => users.find(({ id }) => `user:${id}` === name)?.email ?? name

  const columns: Column<Entry>[] = [
    {
      title: 'Time',
      cell: ({ at }) => (
        <span class="audit-section__time">{formatDateTime(Date.parse(at), preferences.locale.value)}</span>
      ),
    },
    { title: 'Actor', cell: (entry) => nameOf(entry.actor) },
    { title: 'Action', cell: ({ action }) => <code>{action}</code> },
    {
      title: 'Subject',
      cell: (entry) => (
        <button class="audit-section__subject" type="button" onClick={() => setSubject(entry.subject)}>
          {nameOf(entry.subject)}
        </button>
      ),
    },
    { title: 'Details', cell: (entry) => <Changes entry={entry} /> },
    { title: 'Address', cell: ({ address }) => address },
  ]

  return (
    <>
      <Toolbar>
        <Search label="Subject, such as vehicle:truck-7" value={subject} onChange={setSubject} />
        <Search label="Actor: an e-mail address or user:1" value={actor} onChange={setActor} />
      </Toolbar>
      <Listing
        label="Audit log"
        columns={columns}
        pages={pages}
        keyOf={({ id }) => id}
        empty={<EmptyState title="No audit log entry matches" />}
      />
    </>
  )
}

function Changes({ entry }: { entry: Entry }) {
  const changes = changesBetween(entry.before, entry.after)
  if (changes.length === 0) return null
  return (
    <ul class="audit-section__changes">
      {changes.slice(0, VALUES_MAX).map(({ name, before, after }) => (
        <li key={name}>
          <span class="audit-section__name">{name}</span>{' '}
          {before !== undefined && <del>{before || '(empty)'}</del>}{' '}
          {after !== undefined && <ins>{after || '(empty)'}</ins>}
        </li>
      ))}
      {changes.length > VALUES_MAX && <li>and {changes.length - VALUES_MAX} more</li>}
    </ul>
  )
}
