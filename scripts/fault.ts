/** What went wrong and what to do, in one line for the operator: shown without a stack. */
export class Fault extends Error {
  override name = "Fault";
}

/** Runs a script's main function. A Fault becomes its one line on stderr, anything else is shown whole; both exit 1. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Fault ? `pushpilot: ${error.message}` : error);
    process.exitCode = 1;
  }
}
