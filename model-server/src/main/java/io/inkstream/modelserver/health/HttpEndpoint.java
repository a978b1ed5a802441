package io.inkstream.modelserver.health;

import io.javalin.Javalin;
import io.javalin.http.HttpStatus;
import io.javalin.util.JavalinException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Serves {@code /health/live}, {@code /health/ready} and {@code /metrics} over HTTP.
 *
 * <p>It has threads of its own, none of which waits for a client that writes or reads slowly; who says nothing for
 * {@value #IDLE_MILLIS} ms is cut off.
 *
 * <p>Ready answers 200 or 503 with JSON {@code {"status": "UP", "reasons": [sentence], "models": {id: state}}}.
 */
public final class HttpEndpoint implements AutoCloseable {
    private static final int MAX_THREADS = 8;
    private static final int IDLE_MILLIS = 5_000;
    /** Holds an answer as a whole, so that its writer need not wait for its reader. */
    private static final int ANSWER_BYTES = 512 << 10;

    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final String host;
    private final int port;
    private final Javalin javalin;

    /**
     * Serves nothing before {@link #start}.
     *
     * @param host address to listen on
     * @param port 0 takes any free one
     * @param models state of each version, by id
     */
    public HttpEndpoint(
            String host,
            int port,
            Readiness readiness,
            Supplier<Map<String, String>> models,
            PrometheusMeterRegistry metrics) {
        this.host = host;
        this.port = port;
        javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.startup.startupWatcherEnabled = false;
            config.jetty.threadPool = new QueuedThreadPool(MAX_THREADS, 2);
            config.jetty.addConnector((server, http) -> {
                http.setOutputBufferSize(ANSWER_BYTES);
                http.setOutputAggregationSize(ANSWER_BYTES);
                ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
                connector.setHost(host);
                connector.setPort(port);
                connector.setIdleTimeout(IDLE_MILLIS);
                return connector;
            });
            config.routes.get("/health/live", context -> context.json(Map.of("status", "UP")));
            config.routes.get("/health/ready", context -> {
                Map<String, String> obstacles = readiness.obstacles();
                Map<String, Object> answer = new LinkedHashMap<>();
                answer.put("status", obstacles.isEmpty() ? "UP" : "DOWN");
                answer.put("reasons", List.copyOf(obstacles.values()));
                answer.put("models", models.get());
                context.status(obstacles.isEmpty() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                        .json(answer);
            });
            config.routes.get(
                    "/metrics", context -> context.contentType(PROMETHEUS_TEXT).result(metrics.scrape()));
        });
    }

    /**
     * Starts serving.
     *
     * @throws IOException if the port cannot be had
     */
    public void start() throws IOException {
        try {
            javalin.start();
        } catch (JavalinException e) {
            throw new IOException("port " + port + " of " + host + " cannot be bound for HTTP: " + e.getMessage(), e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return javalin.port();
    }

    @Override
    public void close() {
        javalin.stop();
    }
}
