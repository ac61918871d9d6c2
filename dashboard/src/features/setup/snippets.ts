export type SnippetName = "curl" | "js" | "websee" | "logs";

/** Ready to paste: the only things that differ between projects are the address and the key. */
export function snippet(name: SnippetName, server: string, key: string): string {
  switch (name) {
    case "curl":
      return `curl -X POST ${server}/api/telemetry/batch \\
  -H 'Content-Type: application/json' \\
  -H 'X-API-Key: ${key}' \\
  -d '{
    "app": "shop", "env": "prod", "release": "1.0.0",
    "sessionId": "s-1", "visitorId": "v-1",
    "events": [
      { "type": "page", "name": "/welcome", "url": "/welcome" },
      { "type": "event", "name": "hello", "props": { "from": "curl" } }
    ]
  }'`;
    case "js":
      return `const send = (event) =>
  navigator.sendBeacon(
    "${server}/api/telemetry/batch?key=${key}",
    JSON.stringify({
      app: "shop", env: "prod", release: "1.0.0",
      sessionId: (sessionStorage.sid ??= crypto.randomUUID()),
      events: [{ ts: Date.now(), url: location.href, ...event }],
    }),
  );

send({ type: "page", name: location.pathname });
addEventListener("error", (e) =>
  send({ type: "error", name: "error", message: e.message, stack: e.error?.stack }));
addEventListener("unhandledrejection", (e) =>
  send({ type: "error", name: "unhandledrejection", message: String(e.reason) }));`;
    case "websee":
      return `import webSee from "@websee/core";

webSee.init({
  dsn: "${server}/reportData",
  apikey: "${key}",
  userId: "u-1",
});`;
    case "logs":
      return `curl -X POST ${server}/api/logs \\
  -H 'Content-Type: application/json' \\
  -H 'X-API-Key: ${key}' \\
  -d '{
    "deviceId": "press-7",
    "level": "INFO",
    "message": "started",
    "tags": ["boot"]
  }'`;
  }
}
