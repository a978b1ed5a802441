package io.inkstream.trainer.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.Javalin;
import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.javalin.util.JavalinBindException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Answers {@code /health/live}, {@code /health/ready} and {@code /metrics} in Prometheus' text format, on threads of its own,
 * until it is closed.
 *
 * <p>Live is 200 as long as the process answers at all. Ready is 200 unless something kept the last look at the samples from
 * its end, else 503 with the reason.
 */
public final class HealthEndpoint implements AutoCloseable {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Javalin server;

    private HealthEndpoint(Javalin server) {
        this.server = server;
    }

    /**
     * Begins to answer.
     *
     * @param port 0 is any free one
     * @param trouble what keeps the trainer from its work; empty if nothing does
     * @throws IOException if the address cannot be had; the message names it
     */
    public static HealthEndpoint start(String host, int port, PrometheusMeterRegistry meters, Supplier<String> trouble)
            throws IOException {
        Javalin server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.routes.get("/health/live", context -> health(context, ""));
            config.routes.get("/health/ready", context -> health(context, trouble.get()));
            config.routes.get(
                    "/metrics", context -> context.contentType(PROMETHEUS).result(meters.scrape()));
        });
        try {
            return new HealthEndpoint(server.start(host, port));
        } catch (JavalinBindException e) {
            server.stop();
            throw new IOException("cannot listen at " + host + ":" + port + ": " + reason(e), e);
        }
    }

    /** Returns the port that it listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }

    private static void health(Context context, String reason) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("status", reason.isEmpty() ? "UP" : "DOWN");
        ObjectNode reasons = answer.putObject("reasons");
        if (!reason.isEmpty()) {
            reasons.put("trainer", reason);
        }
        context.status(reason.isEmpty() ? 200 : 503)
                .contentType(ContentType.APPLICATION_JSON)
                .result(answer.toString());
    }

    private static String reason(Throwable e) {
        Throwable deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage());
    }
}
