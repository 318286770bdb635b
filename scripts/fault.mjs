// Plain JavaScript without dependencies: the first start uses this before anything is installed.

/** What went wrong and what to do, in one line for the operator: shown without a stack. */
export class Fault extends Error {
  name = "Fault";
}

/**
 * Runs a script's main function. A Fault becomes its one line on stderr, anything else is shown whole; both exit 1.
 *
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Fault ? `pushpilot: ${error.message}` : error);
    process.exitCode = 1;
  }
}
