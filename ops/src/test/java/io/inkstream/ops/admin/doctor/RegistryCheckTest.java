package io.inkstream.ops.admin.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistryCheckTest {
    private HttpServer registry;
    private int status = 200;
    private String rules = "{}";

    /** Has no schema yet, and rules that each test sets. */
    @BeforeEach
    void startRegistry() throws IOException {
        registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", exchange -> {
            boolean isOfRules = exchange.getRequestURI().getPath().startsWith("/config");
            byte[] answer = (isOfRules ? rules : "{\"error_code\":40401,\"message\":\"no such subject\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(isOfRules ? status : 404, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        registry.start();
    }

    @AfterEach
    void stopRegistry() {
        registry.stop(0);
    }

    private List<Finding> look() {
        Findings findings = new Findings("registry");
        String url = "http://127.0.0.1:" + registry.getAddress().getPort();
        new RegistryCheck(new Cluster(Settings.of(
                        CommonSettings.ALL,
                        Map.of(),
                        Map.of(),
                        Map.of(CommonSettings.SCHEMA_REGISTRY_URL.key(), url, "max.retries", "0"))))
                .look(findings);
        return findings.all();
    }

    @Test
    void rulesThatKeepOldRecordsReadableAreWell() {
        rules = "{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}";

        assertThat(look()).extracting(Finding::level).containsOnly(Finding.Level.OK);
        assertThat(look())
                .anySatisfy(found -> assertThat(found.what()).startsWith("compatibility rule FULL_TRANSITIVE for"));
    }

    @Test
    void aRuleThatLetsAnythingInIsAWarning() {
        rules = "{\"compatibilityLevel\":\"FORWARD\"}";

        assertThat(look().stream().filter(found -> found.level() == Finding.Level.WARNING))
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.what()).contains("rule FORWARD", "cannot read older records");
                    assertThat(found.remedy()).contains("BACKWARD");
                });
    }

    @Test
    void rulesThatMayNotBeReadAreAWarningAndNotAsIfThereWereNone() {
        status = 403;
        rules = "{\"error_code\":40301,\"message\":\"not for you\"}";

        List<Finding> findings = look();
        assertThat(findings.stream().filter(found -> found.level() == Finding.Level.WARNING))
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.what())
                            .startsWith("the compatibility rules are unknown")
                            .contains("not for you");
                    assertThat(found.remedy()).contains("/config");
                });
        assertThat(findings).as("the schemas were looked at all the same").anySatisfy(found -> assertThat(found.what())
                .contains("subjects have a schema"));
    }

    @Test
    void aRegistryThatIsAwayIsUnreachable() {
        registry.stop(0);

        assertThat(look()).singleElement().extracting(Finding::level).isEqualTo(Finding.Level.UNREACHABLE);
    }
}
