/** Prints figures as a table of Markdown, to be copied into docs/reliability.md. */
export function printTable(title: string, rows: Record<string, string | number>): void {
  const lines = Object.entries(rows).map(([name, value]) => `| ${name} | ${show(value)} |`)
  console.log(['', title, '', '| figure | value |', '| --- | --- |', ...lines, ''].join('\n'))
}

function show(value: string | number): string {
  if (typeof value === 'string') return value
  const digits = Math.abs(value) < 100 && !Number.isInteger(value) ? 1 : 0
  return value.toLocaleString('en-US', { maximumFractionDigits: digits })
}
