/** The vehicles of a rule: exactly one of these. */
export interface StoredScope {
  all?: true
  groups?: readonly string[]
  /** ids, because keys may change */
  vehicles?: readonly number[]
  tags?: readonly string[]
}

export function isInScope(
  scope: StoredScope,
  vehicle: { id: number; group: string | null; tags: readonly string[] },
): boolean {
  if (scope.all) return true
  if (scope.groups) return vehicle.group !== null && scope.groups.includes(vehicle.group)
  if (scope.vehicles) return scope.vehicles.includes(vehicle.id)
  return scope.tags?.some((tag) => vehicle.tags.includes(tag)) ?? false
}
