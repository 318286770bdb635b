import "server-only";
import { notFound } from "next/navigation";
import { AppError } from "#lib/errors.ts";

/** For pages: what does not exist, here or in this workspace, shows the "not found" page. */
export async function orNotFound<Found>(work: Promise<Found>): Promise<Found> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  }
}

/** For pages: null for what was deleted since, where the rest can be shown without it. */
export async function orNull<Found>(work: Promise<Found>): Promise<Found | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return null;
    throw error;
  }
}
