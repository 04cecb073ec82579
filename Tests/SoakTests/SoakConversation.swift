// One connection of the client: request, answer, checks, and so on until the connection ends.

import NIOCore

/// Asks for as long as there are requests left and the connection may be used.
final class SoakConversation: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// An answer that takes longer has been lost.
    private static let patience = TimeAmount.seconds(20)

    private let client: SoakClient
    private let numbers: RequestNumbers
    private let most: Int
    private var ended: EventLoopPromise<SoakTally>?
    private var reader = SoakMessageReader()
    private var tally = SoakTally(connections: 1)
    private var request: SoakRequest?
    private var ticket: Int?
    private var askedCount = 0
    private var askedAt = NIODeadline.now()
    private var watch: RepeatedTask?

    init(
        _ client: SoakClient, _ numbers: RequestNumbers, most: Int,
        ended: EventLoopPromise<SoakTally>
    ) {
        self.client = client
        self.numbers = numbers
        self.most = most
        self.ended = ended
    }

    func channelActive(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        watch = context.eventLoop.scheduleRepeatedTask(
            initialDelay: .seconds(1), delay: .seconds(1)
        ) { _ in
            let (conversation, context) = bound.value
            conversation.checkPatience(context)
        }
        ask(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end("the gateway closed the connection")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end("\(error)")
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        reader.append(unwrapInboundIn(data))
        do {
            while let message = try reader.next() {
                guard let request else {
                    tally.failures.append("an answer to nothing: \(message.firstLine)")
                    return context.close(promise: nil)
                }
                self.request = nil
                check(message, request)
                if message.fields["connection"] == "close" || askedCount >= most {
                    return finish(context)
                }
                ask(context)
            }
        } catch {
            end("\(error)")
            context.close(promise: nil)
        }
    }

    private func ask(_ context: ChannelHandlerContext) {
        guard let number = numbers.take() else { return finish(context) }
        let request = SoakRequest(number: number)
        self.request = request
        ticket = client.ledger.ticket
        askedCount += 1
        askedAt = .now()
        var buffer = context.channel.allocator.buffer(
            capacity: 512 + (request.uploadBytes ?? 0) * 9 / 8)
        request.write(to: &buffer)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    private func check(_ message: SoakMessage, _ request: SoakRequest) {
        let version = message.fields["x-sluice-version"] ?? ""
        tally.answered[version, default: 0] += 1
        guard message.firstLine.hasPrefix("HTTP/1.1 200 ") else {
            let error = message.fields["x-sluice-error"] ?? "none"
            tally.failures.append(
                "\(request.words): \(message.firstLine), x-sluice-error: \(error), "
                    + "version: \(version), \(message.text.prefix(400))")
            return
        }
        if message.body != request.answer(version: version) {
            tally.failures.append(
                "\(request.words): not the body of \(version): \(message.body.readableBytes) "
                    + "bytes that begin with \(message.text.prefix(40))")
        }
        let identifier = message.fields["x-request-id"] ?? ""
        if identifier.isEmpty || !client.isNew(identifier: identifier) {
            tally.failures.append("\(request.words): x-request-id is not new: \(identifier)")
        }
        if let user = request.user {
            client.ledger.note(user: user, version: version, ticket: ticket)
        }
    }

    private func checkPatience(_ context: ChannelHandlerContext) {
        guard request != nil, NIODeadline.now() - askedAt > Self.patience else { return }
        end("no whole answer in \(Self.patience.nanoseconds / 1_000_000_000) s")
        context.close(promise: nil)
    }

    private func finish(_ context: ChannelHandlerContext) {
        end(nil)
        context.close(promise: nil)
    }

    /// Hands the tally over; a request without an answer is a failure.
    private func end(_ reason: String?) {
        guard let ended else { return }
        self.ended = nil
        watch?.cancel()
        if let request {
            tally.failures.append("\(request.words): no answer: \(reason ?? "ended")")
        } else if let reason {
            tally.failures.append("between two requests: \(reason)")
        }
        ended.succeed(tally)
    }
}
