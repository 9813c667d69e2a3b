export { buildSegment, type SegmentToBuild } from "./capture/build-segment.ts";
export { type ChecksumState, internetChecksum, pseudoHeaderSum } from "./capture/checksum.ts";
export { type Lane, segmentEvents } from "./capture/events.ts";
export { tcpPortFilter } from "./capture/filter.ts";
export { decodeIpv4Header, type Ipv4Header } from "./capture/ipv4-header.ts";
export { decodeLinkHeader, type LinkHeader } from "./capture/link-header.ts";
export { decodePacket, type Packet } from "./capture/packet.ts";
export { PacketWatch } from "./capture/packet-watch.ts";
export { layerLines, tcpHeaderPicture, tcpOptionLines } from "./capture/picture.ts";
export {
  type Captured,
  type Segment,
  segmentName,
  segmentNumbers,
  segmentsOf,
  sequenceDistance,
} from "./capture/segment.ts";
export {
  decodeTcpHeader,
  TCP_FLAGS,
  TCP_HEADER_BYTES,
  type TcpFlag,
  type TcpHeader,
} from "./capture/tcp-header.ts";
export { decodeTcpOptions, type TcpOption, tcpOptionWords } from "./capture/tcp-options.ts";
export { EpollEcho, type Trigger } from "./epoll/echo-server.ts";
export { Epoll, epollNames, type Ready } from "./epoll/epoll.ts";
export { connectedSocket, type ListeningSocket, listeningSocket } from "./epoll/listening-socket.ts";
export { netEcho } from "./epoll/net-echo.ts";
export { type MessageSender, SendQueue, type SocketListener, watchMessages } from "./event-loop.ts";
export {
  ABSTRACT_NAME_BYTES,
  DESCRIPTORS_PER_MESSAGE,
  IPV4_HEADER_BYTES,
  type KernelLimit,
  readSocketLimit,
  SOCKET_LIMITS,
  TCP_MIN_HEADER_BYTES,
  UDP_HEADER_BYTES,
  UDP_IPV4_BYTES,
  UDP_IPV6_BYTES,
  UNIX_PATH_BYTES,
} from "./limits.ts";
export { onStop, plain } from "./programs/ending.ts";
export { Prompt, type PromptOptions } from "./programs/prompt.ts";
export { SocketHandle, type Unready, type Waits } from "./socket-handle.ts";
export { type Address, addressText, parsePort } from "./tcp/address.ts";
export { type BackoffOptions, fullJitter } from "./tcp/backoff.ts";
export { type Clock, systemClock } from "./tcp/clock.ts";
export { Company, type CompanyOptions, type Status } from "./tcp/company.ts";
export { type ConnectOptions, connect } from "./tcp/connect.ts";
export type { Connection, ConnectionInfo } from "./tcp/connection.ts";
export { echoLines } from "./tcp/echo-lines.ts";
export { failureAsMessage } from "./tcp/failure-as-message.ts";
export { type Cuttable, type FrameDeadlineOptions, frameDeadline } from "./tcp/frame-deadline.ts";
export { drained, goodbye } from "./tcp/goodbye.ts";
export { Heartbeat, type HeartbeatOptions, type Pulse } from "./tcp/heartbeat.ts";
export { MessageService, type MessageServiceOptions } from "./tcp/message-service.ts";
export { type ClientState, ReconnectingClient, type ReconnectOptions } from "./tcp/reconnecting-client.ts";
export { type RoundTripSummary, RoundTrips } from "./tcp/round-trips.ts";
export { type ConnectionHandler, type ServeOptions, serve } from "./tcp/serve.ts";
export type { Closed, TcpServer } from "./tcp/tcp-server.ts";
export { inPlainWords, type Stage } from "./tcp/words.ts";
export { type DeliverOptions, deliver } from "./transfer/deliver.ts";
export { OutgoingFile, type OutgoingOptions } from "./transfer/outgoing-file.ts";
export { formatBytes, type Progress, ProgressDisplay, progressLine } from "./transfer/progress.ts";
export { type ReceivedFile, type ReceiveOptions, receiveFile } from "./transfer/receive.ts";
export { safeName } from "./transfer/safe-name.ts";
export { type SendOptions, type SentFile, sendFile } from "./transfer/send.ts";
export { type Offer, transferCodec } from "./transfer/wire.ts";
export { inetText, type UdpAddress } from "./udp/address.ts";
export { buildDatagram } from "./udp/build-datagram.ts";
export { openUdp, type UdpOptions } from "./udp/open.ts";
export {
  type Datagram,
  type Refused,
  type UdpReceiveResult,
  type UdpSendResult,
  UdpSocket,
} from "./udp/udp-socket.ts";
export { isAbstract, newAbstractName, type UnixPath, unixPathText } from "./unix/address.ts";
export type { BindOptions } from "./unix/bound-path.ts";
export { ReceivedDescriptor } from "./unix/descriptors.ts";
export {
  type ConnectionType,
  connectUnix,
  type ListenOptions,
  listenUnix,
  openUnixDatagram,
  unixSocketPair,
} from "./unix/open.ts";
export type {
  End,
  UnixMessage,
  UnixMessageWithDescriptors,
  UnixReceiveResult,
  UnixSendResult,
} from "./unix/results.ts";
export { type PathState, pathState } from "./unix/stale-path.ts";
export { UnixListener } from "./unix/unix-listener.ts";
export { UnixSocket } from "./unix/unix-socket.ts";
export { hasActive, visible } from "./visible.ts";
