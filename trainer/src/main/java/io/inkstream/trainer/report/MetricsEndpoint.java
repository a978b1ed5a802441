package io.inkstream.trainer.report;

import io.javalin.Javalin;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** Serves {@code /metrics} in Prometheus' text format until it is closed. */
public final class MetricsEndpoint implements AutoCloseable {
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Javalin server;

    /**
     * Starts to serve.
     *
     * @param port 0 is any free one
     * @throws io.javalin.util.JavalinBindException if the port is taken
     */
    public MetricsEndpoint(PrometheusMeterRegistry registry, int port) {
        server = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.routes.get("/metrics", context -> context.contentType(CONTENT_TYPE)
                            .result(registry.scrape()));
                })
                .start(port);
    }

    /** Returns the port that it listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }
}
