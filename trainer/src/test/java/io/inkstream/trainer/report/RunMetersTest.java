package io.inkstream.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunMetersTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final RunMeters meters = new RunMeters(registry);

    @Test
    void theLatestFiguresAreShownByStage() {
        meters.on(Events.event(10, "drift", Map.of("gradient_norm", 0.5)));
        meters.on(Events.event(20, "drift", Map.of("gradient_norm", 0.25)));
        meters.on(Events.event(20, "evaluation", Map.of("frechet", 1.5)));

        assertThat(registry.scrape())
                .contains(
                        "inkstream_training_step 20.0",
                        "inkstream_training_figure{figure=\"gradient_norm\",stage=\"drift\"} 0.25",
                        "inkstream_training_figure{figure=\"frechet\",stage=\"evaluation\"} 1.5");
        assertThat(registry.get("inkstream.training.event.time").gauge().value())
                .isEqualTo(Events.START.getEpochSecond() + 20.0);
    }

    @Test
    void prometheusCanScrapeThem() throws IOException, InterruptedException {
        meters.on(Events.drift(10, 0.5));
        try (HealthEndpoint endpoint = HealthEndpoint.start("127.0.0.1", 0, registry, () -> "")) {
            URI address = URI.create("http://127.0.0.1:" + endpoint.port() + "/metrics");
            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
            assertThat(response.body()).contains("inkstream_training_step 10.0");
        }
    }
}
