package io.inkstream.modelserver;

import io.javalin.Javalin;
import io.javalin.http.HttpStatus;
import io.javalin.util.JavalinBindException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Serves {@code /health/live}, {@code /health/ready} and {@code /metrics} over HTTP.
 *
 * <p>Ready answers 200 or 503 with JSON {@code {"status": "UP", "reasons": [sentence], "models": {id: state}}}.
 */
final class HttpEndpoint implements AutoCloseable {
    private static final int MAX_THREADS = 8;
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final Javalin javalin;

    /**
     * Starts serving.
     *
     * @param host address to listen on
     * @param port 0 takes any free one
     * @param models state of each version, by id
     * @throws IOException if the port cannot be had
     */
    HttpEndpoint(
            String host,
            int port,
            Readiness readiness,
            Supplier<Map<String, String>> models,
            PrometheusMeterRegistry metrics)
            throws IOException {
        javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.startup.startupWatcherEnabled = false;
            config.jetty.host = host;
            config.jetty.port = port;
            config.jetty.threadPool = new QueuedThreadPool(MAX_THREADS, 2);
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
        try {
            javalin.start();
        } catch (JavalinBindException e) {
            throw new IOException("port " + port + " of " + host + " cannot be had for HTTP: " + e.getMessage(), e);
        }
    }

    int port() {
        return javalin.port();
    }

    @Override
    public void close() {
        javalin.stop();
    }
}
