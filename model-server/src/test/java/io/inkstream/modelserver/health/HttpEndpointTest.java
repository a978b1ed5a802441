package io.inkstream.modelserver.health;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpEndpointTest {
    /** More than there are threads. */
    private static final int SLOW_CLIENTS = 100;

    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<Socket> clients = new ArrayList<>();
    private final HttpEndpoint endpoint =
            new HttpEndpoint("127.0.0.1", 0, new Readiness(), () -> Map.of("a:1", "READY"), metrics);

    @BeforeEach
    void start() throws IOException {
        endpoint.start();
    }

    @AfterEach
    void close() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        endpoint.close();
    }

    @Test
    void clientsThatNeverFinishTheirRequestKeepNobodyWaiting() throws Exception {
        for (int i = 0; i < SLOW_CLIENTS; i++) {
            send("GET /health/ready HTTP/1.1\r\nHost: x\r\nX-Slow: ");
        }
        assertThat(get("/health/live")).isEqualTo(200);
        assertThat(get("/health/ready")).isEqualTo(200);
    }

    @Test
    void clientsThatDoNotReadTheirAnswersKeepNobodyWaiting() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            Gauge.builder("a.gauge.with.a.rather.long.name." + i, () -> 1).register(metrics);
        }
        String request = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
        for (int i = 0; i < SLOW_CLIENTS; i++) {
            send(request.repeat(50)); // more than any buffer between here and there takes
        }
        assertThat(get("/health/live")).isEqualTo(200);
        assertThat(get("/metrics")).isEqualTo(200);
    }

    private void send(String bytes) throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(2_048);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.port()));
        client.getOutputStream().write(bytes.getBytes(US_ASCII));
        clients.add(client);
    }

    private int get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }
}
