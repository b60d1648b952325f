/** Whether a value of JSON has more than `max` arrays and objects within each other. */
export function isDeeperThan(value: unknown, max: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return max === 0 || Object.values(value).some((it) => isDeeperThan(it, max - 1))
}
