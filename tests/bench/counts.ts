// Pages of one shop that are left at once: how many beacons of counts the relay takes in a second.
import { Agent, request } from "node:http";

import { Relay } from "../harness/relay.ts";
import { Workspace } from "../harness/workspace.ts";

const SHOP = "http://shop.localhost:8788";
/** Connections that are kept open, each with one beacon under way. */
const CONNECTIONS = 32;
const WARM_UP_MS = 2_000;

export interface Counting {
  beacons_per_second: number;
  p99_ms: number;
}

/** Counts for some seconds, and looks that the report has every beacon that was answered. */
export async function counting(disk: string, seconds: number): Promise<Counting> {
  const relay = await Relay.start(disk);
  try {
    const workspace = await Workspace.setUp(relay);
    const site = await workspace.site("Bench", [SHOP], await workspace.department("Bench"));
    const campaign = await launch(workspace, site.id);
    const body = JSON.stringify({ counts: [{ campaign, variant: "a", eligible: 1, shown: 1 }] });
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const warm = performance.now() + WARM_UP_MS;
    const end = warm + seconds * 1_000;
    const spans: number[] = [];
    let answered = 0;
    const leave = async () => {
      for (let at = performance.now(); at < end; at = performance.now()) {
        await beacon(agent, relay, site.id, body);
        answered++;
        if (at > warm) spans.push(performance.now() - at);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, leave));
    agent.destroy();
    const { days } = await workspace.get(`/v1/campaigns/${campaign}/report`);
    const counted = days.reduce((sum: number, it: any) => sum + it.counts.shown, 0);
    if (counted !== answered) throw new Error(`${answered} beacons were answered and ${counted} counted`);
    spans.sort((a, b) => a - b);
    const p99_ms = spans[Math.floor((spans.length - 1) * 0.99)] ?? Number.NaN;
    return { beacons_per_second: spans.length / seconds, p99_ms };
  } finally {
    await relay.stop();
  }
}

async function launch(workspace: Workspace, site: string): Promise<string> {
  const plan = {
    name: "Bench",
    rule: { rule: "is", condition: "page_time", seconds: 5 },
    variants: [{ key: "a", weight: 1, texts: { en: { text: "May we help?" } } }],
  };
  const { id } = await workspace.post("/v1/campaigns", { site, plan });
  await workspace.post(`/v1/campaigns/${id}/status`, { status: "live" });
  return id;
}

function beacon(agent: Agent, relay: Relay, site: string, body: string): Promise<void> {
  const { host, port } = new URL(relay.widget);
  const headers = { Host: host, Origin: SHOP, "Content-Type": "text/plain", "Content-Length": body.length };
  const path = `/v1/sites/${site}/counts`;
  return new Promise((done, fail) => {
    const asked = request({ agent, host: "127.0.0.1", port, path, method: "POST", headers }, (answer) => {
      answer.resume();
      answer.on("end", () => {
        if (answer.statusCode === 204) done();
        else fail(new Error(`a beacon was answered by ${answer.statusCode}`));
      });
    });
    asked.on("error", fail);
    asked.end(body);
  });
}
