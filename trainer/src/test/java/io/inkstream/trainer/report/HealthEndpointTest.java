package io.inkstream.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HealthEndpointTest {
    private static final String HOST = "127.0.0.1";

    private final AtomicReference<String> trouble = new AtomicReference<>("");

    @Test
    void itIsReadyUnlessTheLastLookHadTroubleAndLiveEitherWay() throws Exception {
        try (HealthEndpoint endpoint = start(0)) {
            assertThat(get(endpoint, "/health/ready").statusCode()).isEqualTo(200);

            trouble.set("the broker \"is\" away");

            HttpResponse<String> ready = get(endpoint, "/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("DOWN").contains("the broker \\\"is\\\" away");
            assertThat(get(endpoint, "/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void clientsThatSendHalfARequestDoNotKeepOthersWaiting() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try (HealthEndpoint endpoint = start(0)) {
            for (int i = 0; i < 300; i++) {
                Socket socket = new Socket(HOST, endpoint.port());
                slow.add(socket);
                socket.getOutputStream().write("GET /health/live HTTP/1.1\r\nHos".getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
            }

            assertThat(get(endpoint, "/health/live").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void portThatIsTakenIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            assertThatThrownBy(() -> start(taken.getLocalPort()))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cannot listen at 127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void hostThatIsNotHereIsNamed() {
        assertThatThrownBy(() -> HealthEndpoint.start(
                        "no-such-host.invalid", 0, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), () -> ""))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    private HealthEndpoint start(int port) throws IOException {
        return HealthEndpoint.start(HOST, port, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), trouble::get);
    }

    private static HttpResponse<String> get(HealthEndpoint endpoint, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + endpoint.port() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
