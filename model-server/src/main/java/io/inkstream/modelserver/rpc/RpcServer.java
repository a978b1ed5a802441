package io.inkstream.modelserver.rpc;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.inkstream.schemas.rpc.ModelServerGrpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the rendering service, the standard health service and reflection on one port. */
public final class RpcServer {
    private static final Logger LOG = LoggerFactory.getLogger(RpcServer.class);
    /** The longest line has 4,096 glyphs of at most 5 bytes. */
    private static final int MAX_REQUEST_BYTES = 64 * 1024;

    private static final int MAX_CALLS_PER_CONNECTION = 1024;

    private final Server server;
    private final HealthStatusManager health = new HealthStatusManager();

    /**
     * Serves nothing before {@link #start}.
     *
     * @param port 0 takes any free one
     */
    public RpcServer(String host, int port, BindableService service) {
        serving(false);
        server = NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
                .directExecutor() // the service only admits and hands over
                .maxInboundMessageSize(MAX_REQUEST_BYTES)
                .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                .permitKeepAliveTime(10, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(service)
                .addService(health.getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance())
                .build();
    }

    /**
     * Starts serving; health says NOT_SERVING until {@link #serving}.
     *
     * @throws IOException if the port cannot be had
     */
    public void start() throws IOException {
        server.start();
    }

    public int port() {
        return server.getPort();
    }

    /** Tells health checks whether lines can be drawn. */
    public void serving(boolean ready) {
        ServingStatus status = ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
        health.setStatus(ModelServerGrpc.SERVICE_NAME, status);
    }

    /** Sends callers elsewhere, answers what is in work, and stops; what is not done in time is cut off. */
    public void drain(LineWorkers workers, Duration timeout) {
        health.enterTerminalState();
        server.shutdown();
        if (!workers.drain(timeout)) {
            LOG.warn(
                    "{} lines were not drawn within {} s and are cancelled; callers may retry elsewhere.",
                    workers.pending() + workers.inWork(),
                    timeout.toSeconds());
        }
        try {
            if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
                server.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
