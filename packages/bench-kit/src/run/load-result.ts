import { IpcError } from "@ipc-playground/contract";
import { z } from "zod";
import { MESSAGE_MEASURES } from "../bench.ts";
import { type BenchResult, RESULT_VERSION, resultSchema } from "./result.ts";

/** Whatever versions 1 and 2 have in common that later ones say in another way. */
const oldSchema = z.looseObject({
  startedAt: z.string(),
  seconds: z.number(),
  commandLine: z.array(z.string()),
  plan: z.looseObject({ placement: z.string(), sizes: z.array(z.number()) }),
  launches: z.array(z.looseObject({ mechanism: z.string() })),
  failures: z.array(z.looseObject({ mechanism: z.string() })),
});

/**
 * A saved result, of this version or an older one, in today's form.
 *
 * Version 1 did not say which measures a failed row would have had, and version 2 had one placement,
 * no profile, and nothing of pace, work or load.
 *
 * @param name - what the user calls it, for errors: a path
 * @throws {IpcError} BAD_RESULT: it is cut short, of a newer version, or something else altogether.
 */
export function loadResult(text: string, name: string): BenchResult {
  const saved = parsed(text, name);
  const { version } = saved;
  if (version > RESULT_VERSION) {
    throw new IpcError(
      "BAD_RESULT",
      `${name} is of version ${version}, and this program reads versions 1 to ${RESULT_VERSION}`,
      "update the playground, or measure again with this one",
    );
  }
  const { success, data, error } = resultSchema.safeParse(version < 3 ? fromOld(saved, name) : saved);
  if (success) return data;
  throw damaged(name, z.prettifyError(error).split("\n").slice(0, 2).join(" "));
}

function parsed(text: string, name: string): { version: number } {
  let saved: unknown;
  try {
    saved = JSON.parse(text);
  } catch (cause) {
    const fact = `${name} is no complete JSON: ${(cause as Error).message}`;
    throw new IpcError("BAD_RESULT", fact, "it was cut short or changed; measure again, with --json FILE", {
      cause,
    });
  }
  const head = z.looseObject({ format: z.literal("ipc-playground bench"), version: z.int().positive() });
  const { success, data } = head.safeParse(saved);
  if (success) return data;
  throw new IpcError(
    "BAD_RESULT",
    `${name} is no benchmark result`,
    "give a file that pnpm bench --json FILE saved",
  );
}

function fromOld(saved: { version: number }, name: string): unknown {
  const { success, data: old } = oldSchema.safeParse(saved);
  if (!success) throw damaged(name, "its plan or its launches are missing");
  const { startedAt, seconds, commandLine, ...rest } = old;
  const { placement, ...plan } = old.plan;
  const mechanisms = [...new Set([...old.launches, ...old.failures].map(({ mechanism }) => mechanism))];
  const placements = [placement];
  return {
    ...rest,
    version: RESULT_VERSION,
    state: "complete",
    profile: "custom",
    sessions: [{ startedAt, seconds, commandLine }],
    plan: { ...plan, placements, placementSizes: [], mechanisms, modes: null },
    pace: [],
    work: {},
    launches: old.launches.map((launch) => ({ ...launch, placement })),
    failures: old.failures.map((failure) => ({ measures: MESSAGE_MEASURES, ...failure, placement })),
  };
}

function damaged(name: string, what: string): IpcError {
  return new IpcError("BAD_RESULT", `${name} is damaged: ${what}`, "measure again, with --json FILE");
}
