// The JavaScript client of Microsoft Graph, unchanged, against the mock: `node client.mjs URL`.
//
// Its own handler puts a token only on https, so a middleware of ours, in the way that the client documents, puts it on;
// retries, redirects and telemetry are the client's own.

import assert from "node:assert/strict";
import {
  BatchRequestContent,
  BatchResponseContent,
  Client,
  HTTPMessageHandler,
  RedirectHandler,
  RetryHandler,
  RetryHandlerOptions,
  TelemetryHandler,
} from "@microsoft/microsoft-graph-client";

const url = process.argv[2];
const space = { "x-mock-space": "javascript" };

class Token {
  async execute(context) {
    context.options.headers = { ...context.options.headers, authorization: "Bearer any", ...space };
    await this.next.execute(context);
  }
  setNext(next) {
    this.next = next;
  }
}

const chain = [
  new Token(),
  new RetryHandler(new RetryHandlerOptions()),
  new RedirectHandler(),
  new TelemetryHandler(),
  new HTTPMessageHandler(),
];
chain.reduce((before, next) => (before.setNext(next), next));
const client = Client.initWithMiddleware({ baseUrl: `${url}/`, defaultVersion: "v1.0", middleware: chain[0] });

const item = "/me/drive/root:/Projects/Quarterly report.docx:";
const invitation = {
  recipients: [{ email: "ryan@contoso.com" }, { email: "kim@fabrikam.com" }],
  roles: ["read"],
  message: "Have a look.",
  requireSignIn: true,
  sendInvitation: true,
};

const look = async (path) => (await fetch(`${url}/_mock${path}`, { headers: space })).json();

// Invite: both are given access, and both are mailed.
const invited = await client.api(`${item}/invite`).post(invitation);
assert.equal(invited.value.length, 2);
assert.deepEqual(invited.value[0].roles, ["read"]);

// List: the guest is there once the invitation is accepted.
let list = await client.api(`${item}/permissions`).get();
const ryan = list.value.find((it) => it.grantedToV2?.user?.email === "ryan@contoso.com");
assert.ok(ryan, "ryan is listed");

// Patch.
const changed = await client.api(`${item}/permissions/${ryan.id}`).patch({ roles: ["write"] });
assert.deepEqual(changed.roles, ["write"]);

// Link: made once, then found.
const ask = { type: "view", scope: "organization" };
const link = await client.api(`${item}/createLink`).post(ask);
assert.match(link.link.webUrl, /^https:\/\/contoso-my\.sharepoint\.com\/:w:\//);
assert.equal((await client.api(`${item}/createLink`).post(ask)).id, link.id);

// A list that is refused for two seconds, and then given.
const began = Date.now();
list = await client.api(`${item}/permissions`).header("x-mock-fault", "429; retry-after=1; times=1").get();
assert.ok(Date.now() - began >= 1000, "the client waited");
assert.ok(list.value.some((it) => it.id === link.id));

// A batch, whose second member waits for the first.
const batch = new BatchRequestContent([
  { id: "1", request: new Request(`${url}${item}/permissions`, { method: "GET" }) },
  { id: "2", request: new Request(`${url}/me/drive/root`, { method: "GET" }), dependsOn: ["1"] },
]);
const answers = new BatchResponseContent(await client.api("/$batch").post(await batch.getContent()));
assert.equal(answers.getResponseById("1").status, 200);
assert.equal((await answers.getResponseById("2").json()).name, "root");

// Delete, and a refusal in the client's own type.
await client.api(`${item}/permissions/${ryan.id}`).delete();
await assert.rejects(client.api(`${item}/permissions/${ryan.id}`).get(), { statusCode: 404, code: "itemNotFound" });

// What the mock saw.
const mails = (await look("/outbox")).value.map((mail) => mail.to);
assert.deepEqual(mails, ["ryan@contoso.com", "kim@fabrikam.com"]);
const verdict = await (
  await fetch(`${url}/_mock/requests/assert`, {
    method: "POST",
    headers: { ...space, "content-type": "application/json" },
    body: JSON.stringify({
      expect: [
        { action: "invite", status: 200, times: 1 },
        { action: "list permissions", status: 429, times: 1 },
        { action: "list permissions", status: 200, inBatch: true, times: 1 },
        { action: "create link", status: 201, times: 1 },
        { action: "create link", status: 200, times: 1 },
        { action: "delete permission", status: 204, times: 1 },
      ],
    }),
  })
).json();
assert.ok(verdict.passed, JSON.stringify(verdict));
console.log("@microsoft/microsoft-graph-client: invite, list, patch, link, 429, batch, delete");
