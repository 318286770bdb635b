/** Runs in a worker thread of its own; see encryption-threads.ts. */
import { parentPort } from "node:worker_threads";
import { type EncryptionBatch, encryptBatch } from "./encryption-batch.ts";

parentPort?.on("message", (batch: EncryptionBatch) => {
  const encrypted = encryptBatch(batch);
  parentPort?.postMessage(encrypted, [encrypted.bodies.buffer]);
});
