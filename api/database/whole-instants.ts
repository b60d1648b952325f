/**
 * A page of at most `limit` items in order of time, without its last instant if that instant may continue on the next
 * page. The next page begins with it, at `cutUs`, which is `undefined` if this page is the last.
 */
export function wholeInstants<T extends { timeUs: number }>(
  page: T[],
  limit: number,
): { whole: T[]; cutUs: number | undefined } {
  const last = page.at(-1)
  if (last === undefined || page.length < limit) return { whole: page, cutUs: undefined }
  const end = page.findLastIndex(({ timeUs }) => timeUs !== last.timeUs) + 1
  return { whole: page.slice(0, end), cutUs: last.timeUs }
}
