/**
 * What the worker's process is started with. A message in flight outlives a young generation that is collected every few
 * milliseconds, so all its garbage would be moved to the old one: 16 MB from the start let it die young, a tenth less CPU
 * a message than with 8. Keys, buffers and streams live outside the heap and go with its garbage: letting the old
 * generation grow by 30 % between collections, instead of twofold, spares a third of the memory and costs nothing that
 * `bench:send` can see.
 */
export const workerFlags = ["--min-semi-space-size=16", "--max-semi-space-size=16", "--heap-growing-percent=30"];
