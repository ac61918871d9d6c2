import { gunzipSync } from "node:zlib";

import type { Relay } from "../harness/relay";

/** One report as the SDK put it on the wire. */
export interface Report {
  type: string;
  name?: string;
  time: number;
  uuid: string;
  pageUrl: string;
  apikey: string;
  userId: string;
  sdkVersion: string;
  status?: string;
  message?: string;
  fileName?: string;
  line?: number;
  column?: number;
  url?: string;
  elapsedTime?: number;
  value?: number;
  rating?: string;
  recordScreenId?: string;
  events?: string;
  breadcrumb?: unknown[];
  requestData?: { method: string; httpType: string; data?: unknown };
  response?: { Status: number; data?: unknown };
  longTask?: { duration: number };
  memory?: Record<string, number>;
  resourceList?: { name: string }[];
  deviceInfo: { browser: string; browserVersion: string; os: string; ua: string };
}

/** The reports among what passed the relay, in order. */
export function reports(relay: Relay): Report[] {
  const posts = relay.seen.filter((seen) => seen.method === "POST");
  return posts.map((seen) => JSON.parse(seen.body) as Report);
}

/** Undoes what the SDK does to a recording: base64, gzip, base64, JSON. */
export function recordedEvents(report: Report): { type: number; timestamp: number }[] {
  const inner = gunzipSync(Buffer.from(report.events ?? "", "base64")).toString();
  return JSON.parse(Buffer.from(inner, "base64").toString());
}
