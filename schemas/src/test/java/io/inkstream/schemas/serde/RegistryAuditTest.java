package io.inkstream.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.TextDocument;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistryAuditTest {
    private static final Schema OURS = TextDocument.getClassSchema();

    private FakeRegistry registry;

    @BeforeEach
    void startRegistry() throws Exception {
        registry = new FakeRegistry();
    }

    @AfterEach
    void stopRegistry() {
        registry.close();
    }

    private RegistryAudit.Subject compare() {
        RegistryAudit audit = new RegistryAudit(Map.of("schema.registry.url", registry.url(), "max.retries", "0"));
        return audit.compare(Map.of("texts", TextDocument.class)).get(0);
    }

    private static Schema named(String fields) {
        return new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"TextDocument\",\"namespace\":\"" + OURS.getNamespace()
                        + "\",\"fields\":[" + fields + "]}");
    }

    @Test
    void aSubjectWithoutASchemaIsMissing() {
        assertThat(compare())
                .isEqualTo(new RegistryAudit.Subject("texts-value", RegistryAudit.Standing.MISSING, 0, ""));
    }

    @Test
    void ourOwnSchemaIsTheSame() {
        registry.memory().register("texts-value", OURS);

        assertThat(compare().standing()).isEqualTo(RegistryAudit.Standing.SAME);
    }

    @Test
    void anOlderSchemaThatWeReadIsNoObstacle() {
        registry.memory().register("texts-value", named("{\"name\":\"text\",\"type\":\"string\"}"));

        assertThat(compare().standing()).isEqualTo(RegistryAudit.Standing.COMPATIBLE);
    }

    @Test
    void aSchemaThatWantsAFieldWhichWeDoNotWriteCannotReadUs() {
        registry.memory()
                .register(
                        "texts-value",
                        named("{\"name\":\"text\",\"type\":\"string\"},{\"name\":\"ink\",\"type\":\"string\"}"));

        assertThat(compare().standing()).isEqualTo(RegistryAudit.Standing.OURS_IS_NEWER);
        assertThat(compare().detail()).contains("ink");
    }

    @Test
    void aSchemaWithoutAFieldThatWeNeedIsUnreadable() {
        registry.memory().register("texts-value", named("{\"name\":\"words\",\"type\":\"string\"}"));

        assertThat(compare().standing()).isEqualTo(RegistryAudit.Standing.UNREADABLE);
        assertThat(compare().detail()).contains("text");
    }

    @Test
    void theRuleOfASubjectIsItsOwnElseThatOfAll() {
        RegistryAudit audit = new RegistryAudit(Map.of("schema.registry.url", registry.url()));
        registry.next(200, "{\"compatibilityLevel\":\"FULL\"}");
        assertThat(audit.rule("texts-value")).hasValue("FULL");

        registry.next(404, "{\"error_code\":40408}");
        registry.next(200, "{\"compatibilityLevel\":\"BACKWARD\"}");
        assertThat(audit.rule("lines-value")).hasValue("BACKWARD");
    }

    @Test
    void noneIsTheRuleOfASubjectOnlyWhereTheRegistryTellsItFromNoRule() {
        registry.next(200, "{\"compatibilityLevel\":\"NONE\"}");
        registry.next(404, "{\"error_code\":40401}"); // one that says NONE of whatever has no rule
        registry.next(200, "{\"compatibilityLevel\":\"BACKWARD\"}");
        assertThat(new RegistryAudit(Map.of("schema.registry.url", registry.url())).rule("texts-value"))
                .hasValue("BACKWARD");

        registry.next(200, "{\"compatibilityLevel\":\"NONE\"}");
        registry.next(404, "{\"error_code\":40408}");
        assertThat(new RegistryAudit(Map.of("schema.registry.url", registry.url())).rule("texts-value"))
                .hasValue("NONE");
    }

    @Test
    void aRegistryThatRefusesUsOrFailsIsNotOneWithoutARule() {
        RegistryAudit audit = new RegistryAudit(Map.of("schema.registry.url", registry.url()));
        registry.next(401, "{\"error_code\":401,\"message\":\"who are you?\"}");
        assertThatThrownBy(() -> audit.rule("texts-value"))
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessageContaining("refuses our credentials");

        registry.next(404, "{\"error_code\":40408}");
        registry.next(500, "{\"error_code\":50001,\"message\":\"out of order\"}");
        assertThatThrownBy(() -> audit.rule("texts-value"))
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessageContaining("out of order");
    }

    @Test
    void aRegistryThatKnowsNothingOfRulesHasNone() {
        registry.next(404, "no such page");
        registry.next(404, "no such page");

        assertThat(new RegistryAudit(Map.of("schema.registry.url", registry.url())).rule("texts-value"))
                .isEmpty();
    }

    @Test
    void aRegistryThatIsAwayIsNoFinding() {
        registry.close();

        assertThatThrownBy(this::compare).isInstanceOf(RegistryUnavailableException.class);
    }
}
