/** How often each id occurs in a project's NDJSON export, read with its secret key. */
export async function exported(
  base: string,
  project: string,
  what: "events" | "logs",
  secretKey: string,
): Promise<Map<string, number>> {
  const response = await fetch(`${base}/api/projects/${project}/${what}/export?format=ndjson&from=-1d`, {
    headers: { authorization: `Bearer ${secretKey}` },
  });
  if (!response.ok) throw new Error(`export answered ${response.status}: ${await response.text()}`);
  const times = new Map<string, number>();
  for (const line of (await response.text()).split("\n")) {
    if (line === "") continue;
    const row = JSON.parse(line) as { eventId?: string; id?: string };
    const id = row.eventId ?? row.id ?? "(none)";
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  return times;
}
