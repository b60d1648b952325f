import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import type { AdminSection } from '../routing/routes.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { AuditSection } from './audit/audit-section.tsx'
import { DevicesSection } from './devices/devices-section.tsx'
import { GrantsSection } from './grants/grants-section.tsx'
import { GroupsSection } from './groups/groups-section.tsx'
import { TokensSection } from './tokens/tokens-section.tsx'
import { UsersSection } from './users/users-section.tsx'
import { VehiclesSection } from './vehicles/vehicles-section.tsx'
import './admin-view.css'

interface Section {
  id: AdminSection
  label: string
  /** the roles that see the section; the API refuses others */
  access: 'all' | 'admin'
  view: ComponentType
}

const SECTIONS: readonly Section[] = [
  { id: 'vehicles', label: 'Vehicles', access: 'all', view: VehiclesSection },
  { id: 'groups', label: 'Groups', access: 'all', view: GroupsSection },
  { id: 'devices', label: 'Devices', access: 'all', view: DevicesSection },
  { id: 'tokens', label: 'Tokens', access: 'all', view: TokensSection },
  { id: 'users', label: 'Users', access: 'admin', view: UsersSection },
  { id: 'grants', label: 'Grants', access: 'admin', view: GrantsSection },
  { id: 'audit', label: 'Audit', access: 'admin', view: AuditSection },
]

/** The sections of Administration, and the one in the address. */
export function AdminView() {
  const { me, navigate, route } = useApp()
  const { value: current } = route
  const id = current.view === 'admin' ? current.section : 'vehicles'
  const sections = SECTIONS.filter(({ access }) => access === 'all' || me.value.role === 'admin')
  const section = sections.find((it) => it.id === id)
  useEffect(() => {
    // A phone does not show all tabs at once.
    document.querySelector(`#tab-${id}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [id])
  return (
    <div class="admin-view">
      <h1>Administration</h1>
      <Tabs
        label="Sections of Administration"
        tabs={sections}
        selected={id}
        onSelect={(next) => navigate(`/admin/${next}`)}
      />
      <div class="admin-view__panel" role="tabpanel" aria-labelledby={section && `tab-${id}`}>
        {section ? <section.view key={id} /> : <EmptyState title="Only administrators can see this page" />}
      </div>
    </div>
  )
}
