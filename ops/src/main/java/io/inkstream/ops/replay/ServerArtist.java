package io.inkstream.ops.replay;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.inkstream.schemas.rpc.ModelServerGrpc;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Has lines drawn by a model server that runs. */
public final class ServerArtist implements LineArtist {
    private final String address;
    private final Duration limit;
    private final ManagedChannel channel;

    /**
     * Connects at the first line.
     *
     * @param address {@code HOST:PORT} of its gRPC service
     * @param limit longest wait for a line
     */
    public ServerArtist(String address, Duration limit) {
        this.address = address;
        this.limit = limit;
        channel = Grpc.newChannelBuilder("dns:///" + address, InsecureChannelCredentials.create())
                .build();
    }

    @Override
    public Redrawn draw(RenderLineRequest request) throws NotDrawnException {
        try {
            RenderLineResponse answer = ModelServerGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .renderLine(request);
            return new Redrawn(
                    answer.getImage().toByteArray(),
                    answer.getModelSha256(),
                    answer.getPredictor(),
                    answer.getCpuFamily(),
                    answer.getCodeVersion());
        } catch (StatusRuntimeException e) {
            throw new NotDrawnException(
                    "the model server at " + address + " answers "
                            + e.getStatus().getCode() + ": " + e.getStatus().getDescription(),
                    e);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
