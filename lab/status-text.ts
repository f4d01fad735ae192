import type { LabStatus } from './status.ts';

/** The status of a lab as people read it. */
export function formatStatus(lab: LabStatus): string {
  const sections = [
    [`lab '${lab.name}' is ${lab.state}${lab.address === null ? '' : ` at ${lab.address}`}`],
    temporalLines(lab),
    table(partRows(lab)),
    table(podRows(lab)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function temporalLines({ temporal }: LabStatus): string[] {
  if (temporal === null) return [];
  const { address, ui, pid, serving } = temporal;
  return [`temporal ${address}, Web UI ${ui} (pid ${pid})${serving ? '' : ': does not answer'}`];
}

function partRows({ parts }: LabStatus): string[][] {
  const rows = parts.map(({ name, pid, uptimeSeconds, healthy, restarts, message }) => [
    name,
    pid === null ? '-' : String(pid),
    uptimeSeconds === null ? '-' : formatUptime(uptimeSeconds),
    healthy ? 'healthy' : 'not healthy',
    String(restarts),
    message,
  ]);
  return rows.length === 0 ? [] : [['PART', 'PID', 'UPTIME', 'HEALTH', 'RESTARTS', ''], ...rows];
}

function podRows({ pods }: LabStatus): string[][] {
  const rows = pods.map((pod) => [
    pod.namespace,
    pod.name,
    `${pod.ready}/${pod.containers}`,
    pod.phase,
    pod.address ?? '-',
  ]);
  return rows.length === 0 ? [] : [['NAMESPACE', 'POD', 'READY', 'PHASE', 'ADDRESS'], ...rows];
}

/** Rows as lines, each column as wide as its widest cell. */
function table(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function formatUptime(seconds: number): string {
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return `${days}d${hours}h`;
  if (hours > 0) return `${hours}h${minutes}m`;
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`;
}
