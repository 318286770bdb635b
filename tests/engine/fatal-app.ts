import { Inngest } from "inngest";
import { createServer } from "inngest/node";

/** An app whose step ends its own process. Arguments: its port and the server's URL. Tells what it does on stdout. */
const [, , port, serverUrl] = process.argv;
const tell = (event: string, fields: object = {}) => process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const client = new Inngest({ id: "fatal", baseUrl: serverUrl, isDev: true, logger: silent });

const fatal = client.createFunction(
  {
    id: "fatal",
    retries: 1,
    triggers: [{ event: "fatal/go" }],
    onFailure: async ({ error }: { error: Error }) => {
      tell("failure", { message: error.message });
    },
  },
  async ({ step, attempt }) => {
    await step.run("good", () => tell("good"));
    await step.run("fatal", () => {
      tell("fatal", { attempt });
      process.exit(1);
    });
  },
);

createServer({ client, functions: [fatal] }).listen(Number(port), "127.0.0.1", () => tell("started"));
