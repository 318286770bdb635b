import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { POST } from "#app/api/v1/auth/refresh/route.ts";
import { newAccount } from "#tests/support/accounts.ts";

/** Another process, as clients are: 50 connections, one refresh token; prints the answers as JSON. */
const client = `
  const [url, refreshToken, count] = process.argv.slice(1);
  const ask = (token) => fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ refreshToken: token }),
  }).then(async (answer) => ({ status: answer.status, body: await answer.json() }));
  const answers = await Promise.all(Array.from({ length: Number(count) }, () => ask(refreshToken)));
  const next = answers.find(({ status }) => status === 200)?.body.refreshToken;
  console.log(JSON.stringify({ statuses: answers.map(({ status }) => status), later: (await ask(next)).status }));
`;

let server: Server;
let url: string;
let rounds = 0;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = { "content-type": "application/json", "x-forwarded-for": `192.0.2.${1 + (rounds % 200)}` };
    const body = Buffer.concat(chunks).toString();
    const answer = await POST(new Request(url, { method: "POST", headers, body }), { params: Promise.resolve({}) });
    response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/auth/refresh`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("of 50 connections of another process with one refresh token one wins, and its chain lives", async () => {
  for (let round = 0; round < 2; round++) {
    rounds = round;
    const { refreshToken } = await newAccount();
    const words = ["--input-type=module", "-e", client, url, refreshToken, "50"];
    const { stdout } = await promisify(execFile)(process.execPath, words);
    const { statuses, later } = JSON.parse(stdout);

    expect(statuses.filter((status: number) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status: number) => status === 401)).toHaveLength(49);
    expect(later).toBe(200);
  }
});
