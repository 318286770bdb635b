/**
 * What the worker's process is started with. What a message leaves behind – keys, buffers, streams – lives outside the
 * heap and goes with the heap's garbage: a small young generation frees it early and spares a quarter of the memory.
 */
export const workerFlags = ["--max-semi-space-size=8"];
