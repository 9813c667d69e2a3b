import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";

const FIXTURE = join(import.meta.dirname, "fixtures/join.mjs");
/** A test run that is killed cannot clean up: the terminal then ends by itself. */
const LONGEST = ["timeout", "--foreground", "--kill-after=5", "600"];
const WITHIN = { timeout: 60_000, interval: 50 };

/** Why there is no real terminal to test with; `undefined`: there is one. */
export const noTmux = spawnSync("tmux", ["-V"]).error === undefined ? undefined : "tmux is not installed";

export interface TerminalOptions {
  port: number;
  nick?: string;
  columns?: number;
  rows?: number;
  env?: Record<string, string>;
  /** Where the client's stderr goes. Default: the terminal. */
  errors?: string;
}

/** The chat client in a terminal of its own, in a shell that tells how it ended. */
export class Terminal {
  readonly #folder = mkdtempSync(join(tmpdir(), "chat-tmux-"));
  readonly #env: NodeJS.ProcessEnv;

  constructor({ port, nick = "ana", columns = 80, rows = 24, env = {}, errors }: TerminalOptions) {
    this.#env = {
      ...process.env,
      TMUX_TMPDIR: this.#folder,
      LANG: "C.UTF-8",
      LC_ALL: "C.UTF-8",
      NO_COLOR: "",
      ...env,
    };
    // What would tell the client that it is inside a test, or inside another tmux.
    for (const name of ["CI", "TMUX", "FORCE_COLOR", "NODE_ENV", "VITEST"]) delete this.#env[name];
    onTestFinished(() => {
      spawnSync("tmux", ["-L", "chat", "kill-server"], { env: this.#env });
      rmSync(this.#folder, { recursive: true, force: true });
    });
    const size = ["-x", `${columns}`, "-y", `${rows}`];
    const stderr = errors === undefined ? "" : `2>'${errors}'`;
    const command = `echo before; '${process.execPath}' '${FIXTURE}' ${port} ${nick} '${this.#pidFile}' ${stderr}; echo "status $?"; stty -a; exec cat`;
    const terminal = ["set-option", "-g", "default-terminal", "screen-256color"];
    this.#tmux(
      "-u",
      "-f",
      "/dev/null",
      ...terminal,
      ";",
      "new-session",
      "-d",
      ...size,
      ...LONGEST,
      "sh",
      "-c",
      command,
    );
  }

  get #pidFile(): string {
    return join(this.#folder, "pid");
  }

  /** What is seen; `styled`: with its colours. */
  screen(styled = false): string {
    return this.#tmux("capture-pane", "-p", ...(styled ? ["-e"] : []));
  }

  /** Wait until it is seen. */
  async until(part: string | RegExp): Promise<string> {
    const seen = () => {
      const screen = this.screen();
      if (typeof part === "string" ? screen.includes(part) : part.test(screen)) return screen;
      throw new Error(`${part} is not seen, but:\n${screen}`);
    };
    return vi.waitFor(seen, WITHIN);
  }

  type(text: string): void {
    this.#tmux("send-keys", "-l", text);
  }

  /** Keys by tmux's names: `Enter`, `C-c`, `PPage`. */
  press(...keys: string[]): void {
    this.#tmux("send-keys", ...keys);
  }

  paste(text: string): void {
    this.#tmux("set-buffer", text);
    this.#tmux("paste-buffer", "-p");
  }

  resize(columns: number, rows: number): void {
    this.#tmux("resize-window", "-x", `${columns}`, "-y", `${rows}`);
  }

  /** Of the client. */
  get pid(): number {
    return Number(readFileSync(this.#pidFile, "utf8"));
  }

  /** Somebody closes the window. */
  close(): void {
    this.#tmux("kill-server");
  }

  /** `#{alternate_on}`, `#{cursor_flag}`, as tmux knows it. */
  fact(format: string): string {
    return this.#tmux("display-message", "-p", format).trim();
  }

  #tmux(...args: string[]): string {
    return execFileSync("tmux", ["-L", "chat", ...args], { env: this.#env, encoding: "utf8" });
  }
}
