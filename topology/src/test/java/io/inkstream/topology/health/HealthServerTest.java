package io.inkstream.topology.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthServerTest {
    private final AtomicBoolean live = new AtomicBoolean(true);
    private final Map<String, String> troubles = new TreeMap<>();
    private final Map<String, String> remarks = new TreeMap<>();
    private final HealthServer server;

    HealthServerTest() throws IOException {
        server = new HealthServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                live::get,
                () -> troubles,
                () -> remarks,
                () -> "up 1\n");
        server.start();
    }

    @Test
    void callersThatSayNothingKeepNobodyOut() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 5; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                silent.add(socket);
                socket.getOutputStream().write("GET /health/live HT".getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
            }
            assertThat(get("/health/live").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void withoutTroubleItIsReady() throws Exception {
        HttpResponse<String> response = get("/health/ready");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"reasons\":{},\"remarks\":{},\"status\":\"UP\"}");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    }

    @Test
    void withTroubleItIsNotReadyAndSaysWhy() throws Exception {
        troubles.put("model", "no \"model\" version is announced");
        HttpResponse<String> response = get("/health/ready");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body())
                .isEqualTo("{\"reasons\":{\"model\":\"no \\\"model\\\" version is announced\"},\"remarks\":{},"
                        + "\"status\":\"DOWN\"}");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void aRemarkIsSaidAndLeavesItReady() throws Exception {
        remarks.put("held", "the candidate is not READY");
        HttpResponse<String> response = get("/health/ready");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("{\"reasons\":{},\"remarks\":{\"held\":\"the candidate is not READY\"},\"status\":\"UP\"}");
    }

    @Test
    void whenItCannotGoOnItIsNotLive() throws Exception {
        live.set(false);

        assertThat(get("/health/live").statusCode()).isEqualTo(503);
    }

    @Test
    void metricsAreText() throws Exception {
        HttpResponse<String> response = get("/metrics");

        assertThat(response.body()).isEqualTo("up 1\n");
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
