export { ChatClient, type ChatClientSurface, connectChat } from "./client.ts";
export type { ChatEvents, ChatState, Receipt } from "./events.ts";
export type { ChatOptions } from "./options.ts";
export { refusalOf } from "./refused.ts";
export type { ChatTls } from "./secure.ts";
export { parseServer } from "./server-address.ts";
