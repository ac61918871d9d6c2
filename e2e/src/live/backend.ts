import type { Client } from "../harness/client";
import type { Key, Project } from "../harness/project";

/** What a customer's back end does: it asks for tickets, and says what happened. */
export class BackEnd {
  private constructor(
    private readonly base: string,
    private readonly key: string,
  ) {}

  static async of(client: Client, project: Project): Promise<BackEnd> {
    const scopes = ["query:read", "realtime:tickets", "realtime:publish"];
    const key = await client.post<Key>(`${project.path}/keys`, { name: "back end", kind: "secret", scopes });
    return new BackEnd(client.base, key.secret ?? "");
  }

  async ticket(userId: string, grants: object = {}): Promise<string> {
    const answer = await this.#post<{ token: string }>("/api/auth/ticket", { userId, ...grants });
    return answer.token;
  }

  publish(event: object): Promise<{ ok: boolean; accepted: number }> {
    return this.#post("/api/publish", event);
  }

  async #post<T>(path: string, body: object): Promise<T> {
    const response = await fetch(this.base + path, {
      method: "POST",
      headers: { authorization: `Bearer ${this.key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer as T;
  }
}
