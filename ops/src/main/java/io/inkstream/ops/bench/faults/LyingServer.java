package io.inkstream.ops.bench.faults;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.inkstream.schemas.rpc.ModelServerGrpc;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Answers a request for a line with anything but the line: random bytes, an empty message, none, another version's, one far
 * too large, or a status that blames itself.
 */
final class LyingServer implements AutoCloseable {
    private static final int TOO_LARGE = 5 << 20;
    private static final Status[] STATUSES = {
        Status.INTERNAL, Status.UNKNOWN, Status.DATA_LOSS, Status.UNAVAILABLE, Status.ABORTED
    };

    private final Random random;
    private final Server server;

    /** Begins to answer on a free port. */
    LyingServer(long seed) throws IOException {
        random = new Random(seed);
        MethodDescriptor<RenderLineRequest, RenderLineResponse> real = ModelServerGrpc.getRenderLineMethod();
        MethodDescriptor<RenderLineRequest, byte[]> raw =
                real.toBuilder(real.getRequestMarshaller(), new Bytes()).build();
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .directExecutor()
                .addService(ServerServiceDefinition.builder(ModelServerGrpc.SERVICE_NAME)
                        .addMethod(ServerMethodDefinition.create(raw, new Liar()))
                        .build())
                .build()
                .start();
    }

    int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Liar implements ServerCallHandler<RenderLineRequest, byte[]> {
        @Override
        public ServerCall.Listener<RenderLineRequest> startCall(
                ServerCall<RenderLineRequest, byte[]> call, Metadata headers) {
            call.request(2);
            return new ServerCall.Listener<>() {
                private RenderLineRequest asked = RenderLineRequest.getDefaultInstance();

                @Override
                public void onMessage(RenderLineRequest request) {
                    asked = request;
                }

                @Override
                public void onHalfClose() {
                    lie(call, asked);
                }
            };
        }
    }

    private synchronized void lie(ServerCall<RenderLineRequest, byte[]> call, RenderLineRequest asked) {
        int lie = random.nextInt(6);
        Status end = Status.OK;
        if (lie == 5) {
            end = STATUSES[random.nextInt(STATUSES.length)].withDescription("made up");
        } else {
            call.sendHeaders(new Metadata());
        }
        switch (lie) {
            case 0 -> call.sendMessage(noise(1 + random.nextInt(2_000)));
            case 1 -> call.sendMessage(new byte[0]);
            case 2 ->
                call.sendMessage(RenderLineResponse.newBuilder()
                        .setModelSha256("0".repeat(64))
                        .setWidthPx(asked.getLineWidthPx())
                        .setHeightPx(asked.getLineHeightPx())
                        .build()
                        .toByteArray());
            case 3 -> call.sendMessage(noise(TOO_LARGE));
            default -> {
                // No answer, with status OK.
            }
        }
        call.close(end, new Metadata());
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
