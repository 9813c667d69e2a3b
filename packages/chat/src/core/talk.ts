import type { CommandOf } from "../protocol/client-message.ts";
import { fold, plainRoom } from "../protocol/names.ts";
import { textRefusal } from "../protocol/text.ts";
import { type Asker, nobody, notIn, type Outcome } from "./answers.ts";
import { type Effect, publish, tell } from "./effect.ts";
import type { State } from "./state.ts";

export function say<S>(
  state: State<S>,
  asker: Asker<S>,
  { id, room: name, text }: CommandOf<"say">,
  now: number,
): Outcome<S> {
  // First of all: what was said was said, also where one is not any more.
  const known = id === undefined ? undefined : asker.repeats.find(id, now);
  if (known !== undefined) return [tell(asker.session, { ...known, repeat: true })];
  const room = asker.rooms.get(fold(plainRoom(name)));
  if (room === undefined) return notIn(state, name);
  const bad = textRefusal(text, state.options.limits.textBytes);
  if (bad !== undefined) return bad;
  const message = room.add(asker.nick, text, now);
  const effects: Effect<S>[] = [publish(room.sessions, message, asker.session)];
  if (id === undefined) return effects;
  const ack = { type: "ack", id, room: room.name, epoch: room.epoch, seq: message.seq } as const;
  asker.repeats.remember(ack, now);
  effects.push(tell(asker.session, ack));
  return effects;
}

export function whisper<S>(
  state: State<S>,
  asker: Asker<S>,
  { id, to, text }: CommandOf<"whisper">,
  now: number,
): Outcome<S> {
  const known = id === undefined ? undefined : asker.repeats.find(id, now);
  if (known !== undefined) return [tell(asker.session, { ...known, repeat: true })];
  const bad = textRefusal(text, state.options.limits.textBytes);
  if (bad !== undefined) return bad;
  const hearer = state.people.get(fold(to));
  if (hearer?.session === undefined) return nobody(to);
  const effects: Effect<S>[] = [
    tell(hearer.session, { type: "whisper", from: asker.nick, to: hearer.nick, text, at: now }),
  ];
  if (id === undefined) return effects;
  const ack = { type: "ack", id } as const;
  asker.repeats.remember(ack, now);
  effects.push(tell(asker.session, ack));
  return effects;
}
