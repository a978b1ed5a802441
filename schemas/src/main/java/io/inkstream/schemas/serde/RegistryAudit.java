package io.inkstream.schemas.serde;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** Compares the schemas of this release with those that a registry holds, and changes nothing there. For one thread. */
public final class RegistryAudit {
    private static final String RULE = "compatibilityLevel";
    private static final String NONE = "NONE";
    /** Of a registry that tells a subject without a rule of its own from one whose rule is NONE. */
    private static final int NO_OWN_RULE = 40_408;

    private final Map<String, ?> configs;
    private final RegistryConfig config;
    private final RegistryClient registry;
    private final HttpRegistryClient http;
    private Boolean ownRulesOnly;

    /** How this release and the newest schema of a subject get on. */
    public enum Standing {
        /** It is the schema of this release. */
        SAME,
        /** The subject has none yet: the first record registers it. */
        MISSING,
        /** Another one, and each reads what the other writes. */
        COMPATIBLE,
        /** This release reads what was written by it; programs that know no other one cannot read what we write. */
        OURS_IS_NEWER,
        /** This release cannot read what is written by it. */
        UNREADABLE
    }

    /**
     * What was found of one subject.
     *
     * @param detail the first thing that does not go together; empty where all does
     */
    public record Subject(String name, Standing standing, int version, String detail) {}

    /**
     * Asks nothing yet.
     *
     * @param configs Confluent's keys, as the serdes take them
     */
    public RegistryAudit(Map<String, ?> configs) {
        this.configs = Map.copyOf(configs);
        this.config = RegistryConfig.of(configs);
        this.registry = RegistryClient.configuredBy(configs);
        this.http = new HttpRegistryClient(config);
    }

    /**
     * Compares the schemas of the values of topics.
     *
     * @param valueTypes by the names of the topics
     * @throws RegistryUnavailableException if the registry gives no usable answer
     */
    public List<Subject> compare(Map<String, Class<? extends SpecificRecord>> valueTypes) {
        SubjectNaming naming = SubjectNaming.configuredBy(configs, false);
        List<Subject> found = new ArrayList<>();
        valueTypes.forEach((topic, type) -> {
            Schema ours = SpecificData.get().getSchema(type);
            found.add(compare(naming.subject(topic, false, ours), ours));
        });
        return found;
    }

    private Subject compare(String name, Schema ours) {
        RegistryClient.Registered latest;
        try {
            latest = registry.latest(name);
        } catch (UnknownSchemaException e) {
            return new Subject(name, Standing.MISSING, 0, "");
        } catch (UnreadableRecordException e) {
            return new Subject(name, Standing.UNREADABLE, 0, e.getMessage());
        }
        if (latest.schema().equals(ours)) {
            return new Subject(name, Standing.SAME, latest.version(), "");
        }
        Optional<String> unread = obstacle(ours, latest.schema());
        if (unread.isPresent()) {
            return new Subject(name, Standing.UNREADABLE, latest.version(), unread.get());
        }
        return obstacle(latest.schema(), ours)
                .map(why -> new Subject(name, Standing.OURS_IS_NEWER, latest.version(), why))
                .orElseGet(() -> new Subject(name, Standing.COMPATIBLE, latest.version(), ""));
    }

    /** Why the reader cannot read what the writer writes. */
    private static Optional<String> obstacle(Schema reader, Schema writer) {
        SchemaCompatibility.SchemaCompatibilityResult result = SchemaCompatibility.checkReaderWriterCompatibility(
                        reader, writer)
                .getResult();
        return result.getCompatibility() == SchemaCompatibilityType.COMPATIBLE
                ? Optional.empty()
                : Optional.of(result.getIncompatibilities().stream()
                        .findFirst()
                        .map(one -> one.getMessage() + " at " + one.getLocation())
                        .orElse("the names or types differ"));
    }

    /**
     * The rule by which the registry accepts another schema of a subject, such as {@code BACKWARD}: the subject's own, else that
     * of all; empty where the registry does not say, and for one in memory.
     *
     * @throws RegistryUnavailableException if no address gives a registry's answer, for want of rights, say
     */
    public Optional<String> rule(String subject) {
        if (config.mockScope().isPresent()) {
            return Optional.empty();
        }
        Optional<String> own = ruleOf(subject);
        if (own.filter(rule -> !rule.equals(NONE) || saysOwnRulesOnly()).isPresent()) {
            return own;
        }
        return Optional.ofNullable(ask("/config").path(RULE).asText(null));
    }

    private Optional<String> ruleOf(String subject) {
        return Optional.ofNullable(ask("/config/" + URLEncoder.encode(subject, StandardCharsets.UTF_8))
                .path(RULE)
                .asText(null));
    }

    /** Some registries answer NONE for every subject without a rule of its own, and obey that of all. */
    private boolean saysOwnRulesOnly() {
        if (ownRulesOnly == null) {
            ownRulesOnly =
                    ask("/config/inkstream-no-such-subject").path("error_code").asInt() == NO_OWN_RULE;
        }
        return ownRulesOnly;
    }

    /** Not asked again: who looks wants to know how it is now. */
    private JsonNode ask(String path) {
        RegistryUnavailableException trouble = null;
        for (URI url : config.urls()) {
            URI at = URI.create(url + path);
            try {
                HttpRegistryClient.Answer answer = http.askOnce(at, "GET", null);
                // A registry may know nothing of rules; any other trouble must not read as if there were none.
                return answer.status() == 404
                        ? answer.body()
                        : HttpRegistryClient.judge(at, answer).body();
            } catch (RegistryUnavailableException e) {
                trouble = e;
            }
        }
        throw trouble;
    }
}
