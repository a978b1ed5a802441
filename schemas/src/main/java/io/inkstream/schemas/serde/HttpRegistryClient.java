package io.inkstream.schemas.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a registry over its REST API. Ids and registrations never change, so they are asked for once. */
final class HttpRegistryClient implements RegistryClient {
    private static final Logger LOG = LoggerFactory.getLogger(HttpRegistryClient.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int CACHED = 1_000;
    private static final Duration LATEST_IS_FRESH = Duration.ofMinutes(1);

    private final RegistryConfig config;
    private final LongSupplier nanos;
    private final Pause pause;
    private final Cache<Integer, Schema> byId =
            Caffeine.newBuilder().maximumSize(CACHED).build();
    private final Cache<SubjectSchema, Integer> registered =
            Caffeine.newBuilder().maximumSize(CACHED).build();
    private final Cache<SubjectSchema, Integer> found =
            Caffeine.newBuilder().maximumSize(CACHED).build();
    private final Cache<String, Latest> latest =
            Caffeine.newBuilder().maximumSize(CACHED).build();
    private final HttpClient http;

    /** How the thread waits between two attempts. */
    interface Pause {
        void rest(Duration time) throws InterruptedException;
    }

    private record SubjectSchema(String subject, Schema schema) {}

    private record Latest(Registered registered, long askedNanos) {}

    /** The registry's answer, of success or of refusal. */
    record Answer(int status, JsonNode body) {
        boolean isSuccess() {
            return status / 100 == 2;
        }

        /** The registry's own error code; 0 says that something else answered. */
        int errorCode() {
            return body.path("error_code").asInt();
        }

        String message() {
            return body.path("message").asText();
        }
    }

    HttpRegistryClient(RegistryConfig config) {
        this(config, System::nanoTime, time -> Thread.sleep(time.toMillis()));
    }

    HttpRegistryClient(RegistryConfig config, LongSupplier nanos, Pause pause) {
        this.config = config;
        this.nanos = nanos;
        this.pause = pause;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(config.connectTimeout())
                .build();
    }

    @Override
    public int register(String subject, Schema schema) {
        return registered.get(new SubjectSchema(subject, schema), unused -> {
            String path = "/subjects/" + encode(subject) + "/versions" + normalize();
            Answer answer = ask("POST", path, body(schema));
            if (answer.status() == 409) {
                // Of two that register the first schema of a subject at the same moment, some registries refuse the
                // slower one ("already exists"). Asked again they find it there, or refuse for a reason.
                answer = ask("POST", path, body(schema));
            }
            if (!answer.isSuccess()) {
                throw new RefusedSchemaException("the registry refuses schema " + schema.getFullName()
                        + " under subject " + subject + ": " + answer.message());
            }
            return id(answer);
        });
    }

    @Override
    public int idOf(String subject, Schema schema) {
        return found.get(new SubjectSchema(subject, schema), unused -> {
            Answer answer = ask("POST", "/subjects/" + encode(subject) + normalize(), body(schema));
            if (!answer.isSuccess()) {
                throw new UnknownSchemaException("schema " + schema.getFullName() + " is not registered under subject "
                        + subject + " (" + answer.message() + "); register it, or set auto.register.schemas=true");
            }
            return id(answer);
        });
    }

    @Override
    public Schema byId(int id) {
        return byId.get(id, unused -> {
            Answer answer = ask("GET", "/schemas/ids/" + id, null);
            if (!answer.isSuccess()) {
                throw new UnknownSchemaException(
                        "schema id " + id + " is not in the registry (" + answer.message() + ")");
            }
            return schema("schema id " + id, answer.body());
        });
    }

    @Override
    public Registered latest(String subject) {
        Latest known = latest.get(subject, this::askLatest);
        if (nanos.getAsLong() - known.askedNanos() < LATEST_IS_FRESH.toNanos()) {
            return known.registered();
        }
        latest.invalidate(subject);
        return latest.get(subject, this::askLatest).registered();
    }

    private Latest askLatest(String subject) {
        long now = nanos.getAsLong();
        Answer answer = ask("GET", "/subjects/" + encode(subject) + "/versions/latest", null);
        if (!answer.isSuccess()) {
            throw new UnknownSchemaException(
                    "subject " + subject + " is not in the registry (" + answer.message() + ")");
        }
        Schema schema = schema("subject " + subject, answer.body());
        return new Latest(
                new Registered(id(answer), answer.body().path("version").asInt(), schema), now);
    }

    /** Asks every address in turn, in rounds with growing waits, until one answers as a registry does. */
    private Answer ask(String method, String path, ObjectNode body) {
        Duration wait = config.retryWait();
        for (int round = 0; ; round++) {
            RegistryUnavailableException trouble = null;
            for (URI url : config.urls()) {
                try {
                    URI at = URI.create(url + path);
                    return judge(at, askOnce(at, method, body));
                } catch (RegistryUnavailableException e) {
                    trouble = e;
                }
            }
            if (round == config.maxRetries()) {
                throw trouble;
            }
            LOG.warn("{}; retrying in {} ms", trouble.getMessage(), wait.toMillis());
            try {
                pause.rest(wait);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            wait = min(wait.multipliedBy(2), config.maxRetryWait());
        }
    }

    /** Whatever answers at an address, see {@link #judge}. */
    Answer askOnce(URI url, String method, ObjectNode body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .timeout(config.readTimeout())
                .header("Accept", MEDIA_TYPE)
                .header("Content-Type", MEDIA_TYPE)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.toString()));
        config.authorization().ifPresent(value -> request.header("Authorization", value));
        try {
            HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), json(response.body()));
        } catch (IOException e) {
            throw new RegistryUnavailableException("the schema registry does not answer at " + url + ": " + text(e), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Tells a registry's answer from anything else that a machine between us and it may say. */
    static Answer judge(URI url, Answer answer) {
        int status = answer.status();
        // A subject, version or schema that is missing has a code of its own (40401 to 40403). A bare 404 says that the
        // address is wrong, and a wrong address must not make bad input of every record.
        boolean refusal =
                switch (status) {
                    case 404 -> answer.errorCode() / 100 == 404;
                    case 409, 422 -> answer.errorCode() != 0;
                    default -> false;
                };
        if ((answer.isSuccess() && answer.body().isObject()) || refusal) {
            return answer;
        }
        String said = answer.message().isEmpty() ? "" : " (" + answer.message() + ")";
        throw new RegistryUnavailableException(
                status == 401 || status == 403
                        ? "the schema registry refuses our credentials at " + url + ": HTTP " + status + said
                        : "not a schema registry's answer at " + url + ": HTTP " + status + said);
    }

    private Schema schema(String what, JsonNode body) {
        String type = body.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw new UnreadableRecordException(what + " is a schema of type " + type + ", not Avro");
        }
        try {
            Schema.Parser parser = new Schema.Parser();
            addReferences(parser, body.path("references"), new HashSet<>());
            return parser.parse(body.path("schema").asText());
        } catch (SchemaParseException e) {
            throw new UnreadableRecordException(what + " cannot be parsed as Avro: " + e.getMessage(), e);
        }
    }

    /** Schemas may name others by subject and version; those come first. */
    private void addReferences(Schema.Parser parser, JsonNode references, Set<String> done) {
        for (JsonNode reference : references) {
            String subject = reference.path("subject").asText();
            String version = reference.path("version").asText();
            if (done.add(subject + " " + version)) {
                Answer answer = ask("GET", "/subjects/" + encode(subject) + "/versions/" + encode(version), null);
                if (!answer.isSuccess()) {
                    throw new UnknownSchemaException("schema " + subject + " version " + version
                            + ", which another refers to, is not in the registry (" + answer.message() + ")");
                }
                addReferences(parser, answer.body().path("references"), done);
                parser.parse(answer.body().path("schema").asText());
            }
        }
    }

    private String normalize() {
        return config.normalize() ? "?normalize=true" : "";
    }

    private static ObjectNode body(Schema schema) {
        return JSON.createObjectNode().put("schema", schema.toString());
    }

    private static int id(Answer answer) {
        JsonNode id = answer.body().path("id");
        if (!id.isInt()) {
            throw new RegistryUnavailableException("the schema registry answers without an id: " + answer.body());
        }
        return id.asInt();
    }

    private static JsonNode json(byte[] body) throws IOException {
        try {
            JsonNode json = JSON.readTree(body);
            return json == null ? MissingNode.getInstance() : json;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static RegistryUnavailableException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new RegistryUnavailableException("interrupted while asking the schema registry", e);
    }

    private static String text(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
