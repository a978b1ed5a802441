package io.inkstream.topology.health;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Answers {@code /health/live}, {@code /health/ready} and {@code /metrics} over HTTP.
 *
 * <p>Live is 200 unless the process should be restarted. Ready is 200 when documents are being drawn, else 503 with the
 * reason for each part that keeps them waiting; remarks say what an operator should know though nothing waits for it. The JDK's own server: three small GETs are not worth a library's memory.
 */
public final class HealthServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    static {
        // Seconds that one request, and one answer, may take; read when the first server is made, and unbounded by
        // default.
        System.setProperty("sun.net.httpserver.maxReqTime", "5");
        System.setProperty("sun.net.httpserver.maxRspTime", "5");
    }

    /** Callers that are answered at a time: a few that say nothing must not keep the others out. */
    private static final int THREADS = 8;

    private final HttpServer server;
    private final ExecutorService threads;

    /**
     * Takes the address, and answers once started.
     *
     * @param address port 0 for any free one
     * @param isLive whether the process can go on
     * @param troubles what keeps documents waiting, by part; empty when ready
     * @param remarks what else is to be said, by part
     * @param metrics in Prometheus' text format
     * @throws IOException if the address cannot be had
     */
    public HealthServer(
            InetSocketAddress address,
            BooleanSupplier isLive,
            Supplier<Map<String, String>> troubles,
            Supplier<Map<String, String>> remarks,
            Supplier<String> metrics)
            throws IOException {
        server = HttpServer.create(address, 0);
        server.createContext("/health/live", exchange -> health(exchange, isLive.getAsBoolean(), Map.of(), Map.of()));
        server.createContext("/health/ready", exchange -> {
            Map<String, String> reasons = troubles.get();
            health(exchange, reasons.isEmpty(), reasons, remarks.get());
        });
        server.createContext("/metrics", exchange -> answer(exchange, 200, PROMETHEUS, metrics.get()));
        threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "health");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
    }

    /** Begins to answer. */
    public void start() {
        server.start();
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void health(
            HttpExchange exchange, boolean isUp, Map<String, String> reasons, Map<String, String> remarks)
            throws IOException {
        Map<String, Object> body =
                new TreeMap<>(Map.of("status", isUp ? "UP" : "DOWN", "reasons", reasons, "remarks", remarks));
        try {
            answer(exchange, isUp ? 200 : 503, "application/json", JSON.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
