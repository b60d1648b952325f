/** Whether a JSON value has more than `max` nested arrays and objects. */
export function isDeeperThan(value: unknown, max: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return max === 0 || Object.values(value).some((it) => isDeeperThan(it, max - 1))
}
