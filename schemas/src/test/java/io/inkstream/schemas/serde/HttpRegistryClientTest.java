package io.inkstream.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.avro.TextDocument;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpRegistryClientTest {
    private static final Schema TEXT = TextDocument.getClassSchema();

    private final List<Duration> rests = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private FakeRegistry registry;

    @BeforeEach
    void startRegistry() throws Exception {
        registry = new FakeRegistry();
    }

    @AfterEach
    void stopRegistry() {
        registry.close();
    }

    @Test
    void aSchemaIsRegisteredOnceAndThenRemembered() {
        HttpRegistryClient client = client(Map.of());

        int id = client.register("a/b-value", TEXT);

        assertThat(client.register("a/b-value", TEXT)).isEqualTo(id);
        assertThat(registry.requests()).containsExactly("POST /subjects/a%2Fb-value/versions");
        assertThat(client.idOf("a/b-value", TEXT)).isEqualTo(id);
        assertThat(client.byId(id)).isEqualTo(TEXT);
        assertThat(client.byId(id)).isSameAs(client.byId(id));
        assertThat(registry.requests()).hasSize(3);
    }

    @Test
    void theNewestSchemaIsAskedForAgainAfterAMinute() {
        HttpRegistryClient client = client(Map.of());
        registry.memory().register("s", TEXT);
        assertThat(client.latest("s").version()).isEqualTo(1);
        registry.memory().register("s", ModelChunk.getClassSchema());

        nanos.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThat(client.latest("s").version()).isEqualTo(1);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(client.latest("s").version()).isEqualTo(2);
        assertThat(registry.requests()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"500", "502", "503", "429", "408", "401", "403"})
    void anAnswerThatIsNoAnswerIsAskedForAgain(int status) {
        registry.next(status, "{\"error_code\": 50001, \"message\": \"down\"}");
        registry.next(status, "<html>gateway</html>");

        assertThat(client(Map.of()).register("s", TEXT)).isEqualTo(1);
        assertThat(rests).containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1));
    }

    @Test
    void troubleThatStaysIsUnavailableAndNeverBadInput() {
        HttpRegistryClient client = client(Map.of("max.retries", 2, "schema.registry.retries.max.wait.ms", "600"));
        for (int i = 0; i < 3; i++) {
            registry.next(503, "{\"error_code\": 50003, \"message\": \"the leader is away\"}");
        }

        assertThatThrownBy(() -> client.byId(1))
                .isInstanceOf(RegistryUnavailableException.class)
                .isInstanceOf(RetriableException.class)
                .isNotInstanceOf(SerializationException.class)
                .hasMessageContaining(registry.url() + "/schemas/ids/1")
                .hasMessageContaining("503")
                .hasMessageContaining("the leader is away");
        assertThat(rests).containsExactly(Duration.ofMillis(500), Duration.ofMillis(600));

        registry.memory().register("s", TEXT);
        assertThat(client.byId(1)).as("a failure is not remembered").isEqualTo(TEXT);
    }

    @Test
    void aRegistryThatIsNotThereIsUnavailable() throws Exception {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        HttpRegistryClient client = client(Map.of("schema.registry.url", "http://127.0.0.1:" + nobody));

        assertThatThrownBy(() -> client.byId(1))
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessageContaining("127.0.0.1:" + nobody);
        assertThat(rests).hasSize(3);
    }

    @Test
    void theNextAddressAnswersWhenTheFirstDoesNot() throws Exception {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        String urls = "http://127.0.0.1:" + nobody + " , " + registry.url() + "/";

        assertThat(client(Map.of("schema.registry.url", urls)).register("s", TEXT))
                .isEqualTo(1);
        assertThat(rests).isEmpty();
    }

    @Test
    void anUnknownIdIsUnknownAtOnceAndAskedForAgainNextTime() {
        HttpRegistryClient client = client(Map.of());
        assertThatThrownBy(() -> client.byId(1))
                .isInstanceOf(UnknownSchemaException.class)
                .hasMessageContaining("schema id 1");
        assertThat(rests).isEmpty();

        registry.memory().register("s", TEXT);
        assertThat(client.byId(1)).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404 | {\"error_code\": 404, \"message\": \"HTTP 404 Not Found\"}",
                "404 | {\"error_code\": 0, \"message\": \"no such resource\"}",
                "404 | <html>not here</html>",
                "200 | <html>log in first</html>",
                "200 | [1]",
                "200 | ''",
                "301 | ''",
            })
    void aWrongAddressIsTroubleAndNotAnUnknownSchema(int status, String body) {
        HttpRegistryClient client = client(Map.of("max.retries", "0"));
        registry.next(status, body);

        assertThatThrownBy(() -> client.byId(1)).isInstanceOf(RegistryUnavailableException.class);
    }

    @Test
    void anIncompatibleSchemaIsRefusedWithTheRegistrysReason() {
        String refusal = "{\"error_code\": 409, \"message\": \"field x has no default\"}";
        registry.next(409, refusal);
        registry.next(409, refusal); // it is asked twice, see below

        assertThatThrownBy(() -> client(Map.of()).register("s", TEXT))
                .isInstanceOf(RefusedSchemaException.class)
                .hasMessageContaining("subject s")
                .hasMessageContaining("field x has no default");
        assertThat(rests).isEmpty();
    }

    @Test
    void whoIsSecondToRegisterANewSubjectAtTheSameMomentIsNotRefused() {
        int id = registry.memory().register("s", TEXT);
        registry.next(409, "{\"error_code\": 409, \"message\": \"An artifact with ID 's' already exists.\"}");

        assertThat(client(Map.of()).register("s", TEXT)).isEqualTo(id);
    }

    @Test
    void aSchemaOfAnotherKindIsUnreadable() {
        registry.next(200, "{\"schemaType\": \"PROTOBUF\", \"schema\": \"syntax\"}");
        registry.next(200, "{\"schema\": \"{\\\"type\\\": \\\"rec\"}");
        HttpRegistryClient client = client(Map.of());

        assertThatThrownBy(() -> client.byId(1))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("PROTOBUF");
        assertThatThrownBy(() -> client.byId(1)).isInstanceOf(UnreadableRecordException.class);
    }

    @Test
    void schemasThatASchemaRefersToAreFetchedFirst() {
        registry.next(200, """
                {"schema": "{\\"type\\":\\"record\\",\\"name\\":\\"A\\",\\"fields\\":[{\\"name\\":\\"b\\",\\"type\\":\\"B\\"}]}",
                 "references": [{"name": "B", "subject": "b", "version": 3}]}""");
        registry.next(200, "{\"schema\": \"{\\\"type\\\":\\\"fixed\\\",\\\"name\\\":\\\"B\\\",\\\"size\\\":2}\"}");

        Schema schema = client(Map.of()).byId(9);

        assertThat(schema.getField("b").schema().getType()).isEqualTo(Schema.Type.FIXED);
        assertThat(registry.requests()).containsExactly("GET /schemas/ids/9", "GET /subjects/b/versions/3");
    }

    @Test
    void schemasMayBeComparedInNormalForm() {
        client(Map.of("normalize.schemas", "true")).register("s", TEXT);

        assertThat(registry.requests()).containsExactly("POST /subjects/s/versions?normalize=true");
    }

    @Test
    void theUserOfTheUrlIsSentAndNotShown() {
        String url = registry.url().replace("//", "//ann:secret@");
        HttpRegistryClient client = client(Map.of("schema.registry.url", url, "max.retries", "0"));
        registry.next(401, "");

        assertThatThrownBy(() -> client.byId(1))
                .hasMessageContaining("credentials")
                .message()
                .doesNotContain("secret");
        assertThat(registry.authorizations()).containsExactly("Basic YW5uOnNlY3JldA==");
    }

    @ParameterizedTest
    @CsvSource({
        "basic.auth.credentials.source, basic.auth.user.info",
        "schema.registry.basic.auth.credentials.source, schema.registry.basic.auth.user.info",
    })
    void theUserOfTheSettingsIsSent(String sourceKey, String userKey) {
        client(Map.of(sourceKey, "USER_INFO", userKey, "ann:secret")).register("s", TEXT);

        assertThat(registry.authorizations()).containsExactly("Basic YW5uOnNlY3JldA==");
    }

    @Test
    void anInterruptedWaitEndsAndKeepsTheInterrupt() {
        registry.next(503, "");
        HttpRegistryClient client = new HttpRegistryClient(config(Map.of()), nanos::get, time -> {
            throw new InterruptedException();
        });

        assertThatThrownBy(() -> client.byId(1)).isInstanceOf(RegistryUnavailableException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    private HttpRegistryClient client(Map<String, ?> configs) {
        return new HttpRegistryClient(config(configs), nanos::get, rests::add);
    }

    private RegistryConfig config(Map<String, ?> configs) {
        Map<String, Object> all = new HashMap<>(Map.of("schema.registry.url", registry.url()));
        all.putAll(configs);
        return RegistryConfig.of(all);
    }
}
