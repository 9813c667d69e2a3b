import { IpcError } from "@ipc-playground/contract";
import { type Codec, type JsonMessage, json, lengthPrefixed } from "@ipc-playground/framing";
import { type Framed, framed } from "@ipc-playground/framing/node";
import { Company, type CompanyOptions } from "./company.ts";
import type { Connection } from "./connection.ts";
import { failureAsMessage } from "./failure-as-message.ts";
import { type FrameDeadlineOptions, frameDeadline } from "./frame-deadline.ts";
import { drained, goodbye } from "./goodbye.ts";

export interface MessageServiceOptions extends CompanyOptions {
  /** How messages are framed. Default: a 4-byte length and JSON. */
  codec?: Codec<JsonMessage>;
  /** In which time a frame must be whole, and the first one there. */
  frames?: FrameDeadlineOptions;
}

/** The longest message, in bytes. */
const MAX_MESSAGE_BYTES = 65_536;

type Wire = Framed<object, JsonMessage | IpcError>;

/**
 * A server of messages in JSON: `handle` is a handler for {@link serve}. It knows `ping` (answered by `pong`),
 * `echo` (sent back), `broadcast` (sent to everyone) and `status`. An unknown type is answered with
 * an error, and the connection lives; bytes that are no message are too, and it ends.
 */
export class MessageService implements Disposable {
  readonly company: Company;
  readonly #codec: Codec<JsonMessage>;
  readonly #frames: FrameDeadlineOptions;

  constructor(options: MessageServiceOptions = {}) {
    this.company = new Company(options);
    this.#codec = options.codec ?? json(lengthPrefixed({ max: MAX_MESSAGE_BYTES }));
    this.#frames = options.frames ?? {};
  }

  readonly handle = async (connection: Connection): Promise<void> => {
    const { socket } = connection;
    const codec = failureAsMessage(frameDeadline(socket, this.#codec, this.#frames));
    const wire: Wire = framed(socket, codec as Codec<object, JsonMessage | IpcError>);
    // A connection that is lost is told by the server's own events.
    wire.on("error", () => {});
    this.company.add(wire);
    for await (const message of wire as AsyncIterable<JsonMessage | IpcError>) {
      if (message instanceof IpcError) {
        wire.write(errorMessage(message.code, message.fact));
        await goodbye(socket);
        return;
      }
      connection.messages++;
      this.#answer(wire, message, connection);
      // Who does not read is not read from either.
      await drained(wire);
    }
  };

  #answer(wire: Wire, message: JsonMessage, { id }: Connection): void {
    if (this.company.take(wire, message)) return;
    const { type, text } = message as { type?: unknown; text?: unknown };
    if (type === "echo") wire.write({ type, text: text ?? null });
    else if (type === "broadcast") this.company.broadcast({ type, from: id, text: text ?? null });
    else wire.write(errorMessage("UNKNOWN_NAME", "no such type: ping, echo, broadcast or status"));
  }

  [Symbol.dispose](): void {
    this.company[Symbol.dispose]();
  }
}

function errorMessage(code: string, fact: string) {
  return { type: "error", code, fact };
}
