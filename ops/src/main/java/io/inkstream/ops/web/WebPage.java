package io.inkstream.ops.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.ops.client.Announcements;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.ImageFiles;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.ops.hand.Paper;
import io.inkstream.ops.hand.PublishedHand;
import io.inkstream.ops.hand.SheetLayout;
import io.inkstream.ops.stack.Distribution;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.layout.OutputFormat;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.sse.SseClient;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves pages on the loopback interface where people type a text and watch its lines arrive, and make their own hand. They
 * publish texts, read {@code lines}, {@code pages} and {@code dead-letters}, publish versions of own hands and see to it that
 * another version goes on serving by default; they fetch nothing from elsewhere.
 */
public final class WebPage implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WebPage.class);
    private static final String HOST = "127.0.0.1";
    /** A browser that names another host was led here by a foreign page. */
    private static final Set<String> HOSTS = Set.of(HOST, "localhost", "[::1]");

    private static final int DOCUMENTS_KEPT = 16;
    private static final int MAX_REQUEST_BYTES = 256 * 1024;
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final Pattern IMAGE = Pattern.compile("(line|page)-(\\d{1,6})\\.\\w{1,9}");
    private static final Map<String, String> FILES = Map.of(
            "/", "index.html",
            "/page.css", "page.css",
            "/page.js", "page.js",
            "/hand", "hand.html",
            "/hand.js", "hand.js",
            "/favicon.svg", "favicon.svg");
    private static final JsonMapper JSON = new JsonMapper();

    private final Cluster cluster;
    private final HandDesk hands;
    private final TextWriter writer;
    private final EventReader reader;
    private final Mailboxes mailboxes = new Mailboxes(DOCUMENTS_KEPT);
    private final Thread pump;
    private final Javalin server;
    private boolean away;

    private WebPage(Cluster cluster, TextWriter writer, EventReader reader, HandDesk hands, int port) {
        this.cluster = cluster;
        this.hands = hands;
        this.writer = writer;
        this.reader = reader;
        this.server = Javalin.create(this::configure).start(HOST, port);
        this.pump = new Thread(this::pump, "page-events");
        pump.setDaemon(true);
    }

    /**
     * Connects to the cluster and starts to serve.
     *
     * @param folder for what people make on it: strokes and bundles of their hands
     * @param port on the loopback interface; 0 is any free one
     * @throws KafkaException if the brokers do not answer
     * @throws IOException if the port is taken
     */
    public static WebPage open(Cluster cluster, Distribution distribution, Path folder, int port) throws IOException {
        TextWriter writer = cluster.textWriter();
        try {
            EventReader reader = cluster.eventReader(EventReader.From.END);
            try {
                HandDesk hands = new HandDesk(
                        cluster,
                        distribution,
                        Arrays.stream(Paper.values()).map(SheetLayout::standard).toList(),
                        folder);
                WebPage page = new WebPage(cluster, writer, reader, hands, port);
                page.pump.start();
                return page;
            } catch (JavalinBindException e) {
                reader.close();
                throw new IOException("the web page cannot listen at " + HOST + ":" + port + ": " + e.getMessage(), e);
            }
        } catch (IOException | RuntimeException e) {
            writer.close();
            throw e;
        }
    }

    public String address() {
        return "http://" + HOST + ":" + server.port() + "/";
    }

    @Override
    public void close() {
        server.stop();
        hands.close();
        reader.wakeup();
        try {
            pump.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writer.close();
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.http.maxRequestSize = MAX_REQUEST_BYTES;
        config.routes.before(WebPage::guard);
        FILES.forEach((path, file) -> config.routes.get(path, context -> sendFile(context, file)));
        config.routes.get("/api/styles", this::styles);
        config.routes.post("/api/documents", this::publish);
        config.routes.sse("/api/documents/{document}/events", this::follow);
        config.routes.get("/api/documents/{document}/{image}", this::image);
        new HandRoutes(hands, SheetLayout::standard).addTo(config);
        config.routes.exception(KafkaException.class, (e, context) -> {
            log.warn("the page cannot reach the cluster", e);
            context.status(503).result("the cluster does not answer: " + e.getMessage());
        });
    }

    private static void guard(Context context) {
        String host = context.host() == null ? "" : context.host().replaceFirst(":\\d+$", "");
        if (!HOSTS.contains(host)) {
            throw new ForbiddenResponse("this page is served on the loopback interface only");
        }
        context.header("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'");
        context.header("X-Content-Type-Options", "nosniff");
        context.header("Cross-Origin-Resource-Policy", "same-origin");
        context.header("Referrer-Policy", "no-referrer");
        context.header("Cache-Control", "no-store");
    }

    private static void sendFile(Context context, String file) {
        try (InputStream in = WebPage.class.getResourceAsStream(file)) {
            String type = file.substring(file.lastIndexOf('.') + 1);
            context.contentType(ContentType.mimeTypeByExtension(type)).result(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The styles of the newest model, and those that only versions with somebody's own hand have: these go with their model,
     * since another one may serve by default.
     */
    private void styles(Context context) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode styles = answer.putArray("styles");
        List<ModelAnnouncement> models = Announcements.read(cluster).values().stream()
                .filter(ModelKind.HANDWRITING::is)
                .sorted(Comparator.comparing(PublishedHand::hasOne)
                        .thenComparing(ModelAnnouncement::getAnnouncedAt, Comparator.reverseOrder()))
                .toList();
        Set<String> names = new HashSet<>();
        for (ModelAnnouncement model : models) {
            boolean isFirst = styles.isEmpty();
            if (isFirst) {
                answer.put("model", idOf(model));
            }
            if (isFirst || PublishedHand.hasOne(model)) {
                model.getStyles().stream()
                        .filter(style -> names.add(style.getName()))
                        .forEach(style -> styles.addObject()
                                .put("name", style.getName())
                                .put("description", style.getDescription())
                                .put("model", PublishedHand.hasOne(model) ? idOf(model) : null));
            }
        }
        context.contentType(ContentType.APPLICATION_JSON).result(answer.toString());
    }

    private static String idOf(ModelAnnouncement model) {
        return model.getName() + ":" + model.getVersion();
    }

    private void publish(Context context) {
        if (!String.valueOf(context.contentType()).startsWith("application/json")) {
            // A form of a foreign page cannot send this type without the browser asking us first.
            throw new BadRequestResponse("the content type must be application/json");
        }
        JsonNode asked;
        try {
            asked = JSON.readTree(context.body());
        } catch (JsonProcessingException e) {
            throw new BadRequestResponse("not JSON: " + e.getOriginalMessage());
        }
        LayoutOptions layout = LayoutOptions.newBuilder()
                .setPages(true)
                .setLineHeightPx(asked.path("lineHeight").asInt(64))
                .setLineWidthPx(asked.path("lineWidth").asInt(1024))
                .build();
        TextDocument document = TextDocument.newBuilder()
                .setText(asked.path("text").asText())
                .setStyle(asked.path("style").asText("natural"))
                .setModel(asked.path("model").isTextual() ? asked.path("model").asText() : null)
                .setSeed(
                        asked.path("seed").isIntegralNumber()
                                ? asked.path("seed").asLong()
                                : null)
                .setLayout(layout)
                .build();
        String id = "page-" + UUID.randomUUID();
        mailboxes.open(id);
        writer.write(id, document);
        context.status(201)
                .contentType(ContentType.APPLICATION_JSON)
                .result(JSON.createObjectNode().put("document", id).toString());
    }

    /** Runs on a thread of this connection, so that a slow browser keeps nobody else waiting. */
    private void follow(SseClient client) {
        Mailbox mailbox = mailbox(client.ctx());
        int seen = lastSeen(client.ctx());
        try {
            while (!client.terminated() && !mailbox.isDrained(seen)) {
                List<DocumentEvent> events = mailbox.after(seen, HEARTBEAT);
                for (DocumentEvent event : events) {
                    seen++;
                    client.sendEvent(nameOf(event), json(event).toString(), Integer.toString(seen));
                }
                if (events.isEmpty()) {
                    client.sendComment("waiting");
                }
            }
            client.sendEvent(
                    "end", JSON.createObjectNode().put("cut", mailbox.isCut()).toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void image(Context context) {
        Matcher name = IMAGE.matcher(context.pathParam("image"));
        if (!name.matches()) {
            throw new NotFoundResponse("there is no " + context.pathParam("image"));
        }
        int index = Integer.parseInt(name.group(2)) - 1;
        boolean wantsLine = name.group(1).equals("line");
        Picture picture = mailbox(context).all().stream()
                .<Optional<Picture>>map(event -> event.match(
                        line -> Optional.of(line.image())
                                .filter(image -> wantsLine && image.getIndex() == index)
                                .map(image -> new Picture(image.getPng(), image.getMediaType())),
                        page -> Optional.of(page.image())
                                .filter(image -> !wantsLine
                                        && image.getIndex() == index
                                        && image.getProblem().isEmpty())
                                .map(image -> new Picture(image.getPng(), image.getMediaType())),
                        refused -> Optional.empty()))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new NotFoundResponse("that image has not arrived"));
        byte[] bytes = new byte[picture.bytes().remaining()];
        picture.bytes().duplicate().get(bytes);
        context.contentType(OutputFormat.known(picture.mediaType()).orElse("application/octet-stream"))
                .result(bytes);
    }

    private record Picture(ByteBuffer bytes, String mediaType) {}

    private Mailbox mailbox(Context context) {
        return mailboxes
                .find(context.pathParam("document"))
                .orElseThrow(() -> new NotFoundResponse("that document is unknown, or no longer kept, here"));
    }

    private static int lastSeen(Context context) {
        String id = context.header("Last-Event-ID");
        return id != null && id.matches("\\d{1,9}") ? Integer.parseInt(id) : 0;
    }

    private static String nameOf(DocumentEvent event) {
        return event.match(line -> "line", page -> "page", refused -> "refused");
    }

    private static ObjectNode json(DocumentEvent event) {
        ObjectNode json = JSON.createObjectNode();
        return event.match(
                line -> describe(json, line.image()),
                page -> json.put("index", page.image().getIndex())
                        .put("file", ImageFiles.name(page.image()))
                        .put("count", page.image().getCount())
                        .put("width", page.image().getWidthPx())
                        .put("height", page.image().getHeightPx())
                        .put("problem", page.image().getProblem()),
                refused -> json.put("reason", refused.letter().reason())
                        .put("message", refused.letter().message()));
    }

    private static ObjectNode describe(ObjectNode json, LineImage line) {
        json.put("index", line.getIndex())
                .put("file", ImageFiles.name(line))
                .put("count", line.getCount())
                .put("text", line.getText())
                .put("width", line.getWidthPx())
                .put("height", line.getHeightPx())
                .put("model", line.getProvenance().getModel())
                .put("seed", Long.toString(line.getProvenance().getSeed()));
        ArrayNode substitutions = json.putArray("substitutions");
        line.getSubstitutions().forEach(substitution -> substitutions
                .addObject()
                .put("original", substitution.getOriginal())
                .put("replacement", substitution.getReplacement()));
        return json;
    }

    private void pump() {
        try (reader) {
            while (true) {
                try {
                    for (DocumentEvent event : reader.poll(Duration.ofSeconds(1))) {
                        mailboxes.find(event.document()).ifPresent(mailbox -> mailbox.put(event));
                    }
                    away = false;
                } catch (RetriableException e) {
                    // The registry, or a broker, is away: what was written meanwhile is read when it is back.
                    if (!away) {
                        log.warn("the page waits for the cluster", e);
                    }
                    away = true;
                    LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
                }
            }
        } catch (WakeupException e) {
            // close() says so
        } catch (KafkaException e) {
            log.error("the page no longer receives events of its documents; restart it", e);
        }
    }
}
