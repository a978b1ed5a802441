package io.inkstream.schemas.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
import org.apache.kafka.common.errors.InterruptException;

/** Compares the schemas of this release with those that a registry holds, and changes nothing there. For one thread. */
public final class RegistryAudit {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String RULE = "compatibilityLevel";
    private static final String NONE = "NONE";
    /** Of a registry that tells a subject without a rule of its own from one whose rule is NONE. */
    private static final int NO_OWN_RULE = 40_408;

    private final Map<String, ?> configs;
    private final RegistryConfig config;
    private final RegistryClient registry;
    private final HttpClient http;
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
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(config.connectTimeout())
                .build();
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
     * @throws RegistryUnavailableException if no address answers
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

    private JsonNode ask(String path) {
        IOException trouble = null;
        for (URI url : config.urls()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                    .timeout(config.readTimeout())
                    .GET();
            config.authorization().ifPresent(value -> request.header("Authorization", value));
            try {
                HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
                JsonNode json = JSON.readTree(answer.body());
                return json == null ? MissingNode.getInstance() : json;
            } catch (JsonProcessingException e) {
                return MissingNode.getInstance();
            } catch (IOException e) {
                trouble = e;
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
        throw new RegistryUnavailableException("the schema registry does not answer: " + trouble, trouble);
    }
}
