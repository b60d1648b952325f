import { useState } from 'preact/hooks'
import type { Schemas } from '../../../client/client.ts'
import { useApp } from '../../app-context.ts'
import { formatNumber } from '../../format/format-number.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { AdminTable } from './admin-table.tsx'
import { answerOf } from '../forms/answer.ts'
import { readProblem } from '../forms/problem-fields.ts'
import { useSubmit } from '../forms/use-submit.ts'
import './import-dialog.css'

type Report = Schemas['ImportReport']
type What = 'vehicles' | 'devices'

/** Refused rows that are listed, of up to 10,000 in a file. */
const SHOWN_MAX = 200

const COLUMNS: Record<What, string> = {
  vehicles: 'key,name,plate,vin,group,tags',
  devices: 'key,name,serial,firmware,vehicle',
}
const HINTS: Record<What, string> = {
  vehicles:
    'Only the key is required. Separate tags by |. A column attributes.seats sets the attribute seats.',
  devices: 'Only the key is required.',
}

export interface ImportDialogProps {
  what: What
  onImported: () => void
  onClose: () => void
}

/** Checks a CSV file when it is chosen, and imports it on request. Refused rows are listed with the reason. */
export function ImportDialog({ what, onImported, onClose }: ImportDialogProps) {
  const { api, preferences } = useApp()
  const submit = useSubmit()
  const [file, setFile] = useState<File>()
  const [report, setReport] = useState<{ report: Report; isDone: boolean }>()
  const number = (n: number) => formatNumber(n, preferences.locale.value)

  function send(chosen: File, isCheck: boolean): void {
    const request = async () => {
      const body = await chosen.text()
      const options = {
        params: { query: { dry_run: isCheck } },
        body,
        bodySerializer: (text: string) => text,
        headers: { 'Content-Type': 'text/csv' },
      }
      return what === 'vehicles'
        ? await api.POST('/api/vehicles/import', options)
        : await api.POST('/api/devices/import', options)
    }
    submit.run(
      () => answerOf<Report>(request()),
      ({ data }) => {
        if (data === undefined) return
        setReport({ report: data, isDone: !isCheck })
        if (!isCheck) onImported()
      },
    )
  }

  return (
    <Dialog title={`Import ${what}`} onClose={onClose}>
      <div class="import-dialog">
        <Field
          label="CSV file, up to 10,000 rows"
          hint={`The first line has the column names: ${COLUMNS[what]}. ${HINTS[what]}`}
          error={readProblem(submit.problem, []).rest}
        >
          <input
            type="file"
            accept=".csv,text/csv"
            onChange={(event) => {
              const [chosen] = event.currentTarget.files ?? []
              setFile(chosen)
              setReport(undefined)
              if (chosen) send(chosen, true)
            }}
          />
        </Field>
        {report && (
          <p role="status">
            <strong>
              {number(report.report.created)} {report.isDone ? 'created' : 'can be created'}
            </strong>
            , {number(report.report.refused)} refused.
          </p>
        )}
        {report && report.report.refused > 0 && <Refused report={report.report} />}
        <div class="import-dialog__buttons">
          <Button onClick={onClose}>{report?.isDone ? 'Close' : 'Cancel'}</Button>
          {!report?.isDone && (
            <Button
              kind="primary"
              disabled={submit.isBusy || file === undefined || !report?.report.created}
              onClick={() => file && send(file, false)}
            >
              Import {report ? number(report.report.created) : ''}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  )
}

function Refused({ report }: { report: Report }) {
  const refused = report.rows.filter(({ status }) => status === 'refused')
  return (
    <div class="import-dialog__refused" tabIndex={0} role="region" aria-label="Refused rows">
      <AdminTable
        label="Refused rows"
        items={refused.slice(0, SHOWN_MAX)}
        keyOf={({ line }) => line}
        columns={[
          { title: 'Line', cell: ({ line }) => `Line ${line}` },
          { title: 'Key', cell: ({ key }) => key },
          {
            title: 'Reason',
            cell: ({ errors }) =>
              errors.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`.trim()).join('; '),
          },
        ]}
      />
      {refused.length > SHOWN_MAX && <p>And {refused.length - SHOWN_MAX} more.</p>}
    </div>
  )
}
