package io.inkstream.modelserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.modelserver.repository.GateConfig;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.schemas.settings.SettingsException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole server without a cluster: it lives, waits, and says why. */
@Timeout(60)
class ModelServerIT {
    @TempDir
    Path folder;

    @Test
    void aServerWithoutAClusterLivesAndSaysWhatItWaitsFor() throws Exception {
        try (ModelServer server = ModelServer.start(settings(Map.of()))) {
            assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
            HttpResponse<String> ready = get(server, "/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body())
                    .contains(
                            "\"status\":\"DOWN\"", "no model is announced on topic inkstream.models", "\"models\":{}");
            assertThat(server.grpcPort()).isPositive();
        }
    }

    @Test
    void metricsNameWhatTheyCountAndTheirUnits() throws Exception {
        try (ModelServer server = ModelServer.start(settings(Map.of()))) {
            assertThat(get(server, "/metrics").body())
                    .contains(
                            "inkstream_model_server_lines_seconds_count{status=\"ok\"} 0",
                            "inkstream_model_server_lines_pending_lines 0.0",
                            "inkstream_model_server_glyphs_total 0.0",
                            "inkstream_model_server_batch_queue_jobs{jobs=\"glyph\"} 0.0",
                            "inkstream_model_server_hand_cache_bytes",
                            "inkstream_model_server_versions{state=\"ready\"} 0.0",
                            "inkstream_model_server_versions_rejected_total 0.0",
                            "inkstream_model_server_load_seconds_count 0",
                            "inkstream_model_server_load_stage_seconds_count{stage=\"canary\"} 0",
                            "inkstream_model_server_resident_bytes 0.0",
                            "inkstream_model_server_resident_models 0.0",
                            "jvm_memory_used_bytes");
        }
    }

    @Test
    void boundsThatContradictEachOtherAreNamed() {
        Map<String, String> contradiction =
                Map.of(ModelServerSettings.MAX_BATCH_SIZE.key(), "64", ModelServerSettings.MAX_QUEUE_SIZE.key(), "8");
        assertThatThrownBy(() -> ModelServer.start(settings(contradiction)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("inkstream.model.server.max.batch.size");
    }

    @Test
    void settingsOfTheGateAndOfLocationsThatCannotBeUsedAreNamed() {
        Map<String, String> crossed =
                Map.of(GateConfig.MIN_DEVIATION.key(), "0.5", GateConfig.MAX_DEVIATION.key(), "0.2");
        assertThatThrownBy(() -> ModelServer.start(settings(crossed)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("inkstream.model.server.gate");
        assertThatThrownBy(() -> ModelVerifier.open(settings(crossed))).isInstanceOf(SettingsException.class);
        Map<String, String> nowhere = Map.of(ModelServerSettings.LOCATIONS.key(), "file:/srv/models, ../models");
        assertThatThrownBy(() -> ModelServer.start(settings(nowhere)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContainingAll("inkstream.model.server.locations", "'../models'");
    }

    @Test
    void aPortThatIsTakenIsAnIoException() throws IOException {
        try (ModelServer first = ModelServer.start(settings(Map.of()))) {
            Map<String, String> same = Map.of(ModelServerSettings.GRPC_PORT.key(), Integer.toString(first.grpcPort()));
            assertThatThrownBy(() -> ModelServer.start(settings(same))).isInstanceOf(IOException.class);
            Map<String, String> sameHttp =
                    Map.of(ModelServerSettings.HTTP_PORT.key(), Integer.toString(first.httpPort()));
            assertThatThrownBy(() -> ModelServer.start(settings(sameHttp)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot be had for HTTP");
        }
    }

    private Settings settings(Map<String, String> more) {
        Map<String, String> flags = new HashMap<>(Map.of(
                "bootstrap.servers",
                "127.0.0.1:1",
                "schema.registry.url",
                "http://127.0.0.1:1",
                ModelServerSettings.GRPC_PORT.key(),
                "0",
                ModelServerSettings.HTTP_PORT.key(),
                "0",
                ModelServerSettings.CACHE_DIR.key(),
                folder.toString()));
        flags.putAll(more);
        return Settings.of(ModelServerSettings.ALL, Map.of(), Map.of(), flags);
    }

    private static HttpResponse<String> get(ModelServer server, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
