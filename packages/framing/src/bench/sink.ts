/** What a contender gives its frames to. */
export type Give = (frame: Uint8Array & string) => void;

/** The receiver of frames: it looks at each one's length and its first byte or character. */
export interface Sink {
  give: Give;
  count: number;
  /** Bytes of all frames. */
  bytes: number;
  firsts: number;
  reset(): void;
}

/** While time runs. One function for bytes and one for texts: neither pays for the other. */
export function timedSink(texts: boolean): Sink {
  const sink: Sink = {
    count: 0,
    bytes: 0,
    firsts: 0,
    give: texts
      ? (frame) => {
          sink.count++;
          sink.bytes += frame.length;
          sink.firsts = (sink.firsts + (frame as string).charCodeAt(0)) | 0;
        }
      : (frame) => {
          sink.count++;
          sink.bytes += frame.length;
          sink.firsts = (sink.firsts + ((frame as Uint8Array)[0] as number)) | 0;
        },
    reset() {
      sink.count = 0;
      sink.bytes = 0;
      sink.firsts = 0;
    },
  };
  return sink;
}
