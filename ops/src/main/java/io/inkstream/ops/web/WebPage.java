package io.inkstream.ops.web;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.ops.hand.Paper;
import io.inkstream.ops.hand.SheetLayout;
import io.inkstream.ops.stack.Distribution;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.HandlerType;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves pages on the loopback interface where people type a text and watch its lines arrive, make their own hand, see
 * versions and roll them out, and watch trainings. They are clients of the topics like any other and fetch nothing from
 * elsewhere.
 */
public final class WebPage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebPage.class);
    private static final String HOST = "127.0.0.1";
    /** A browser that names another host was led here by a foreign page. */
    private static final Set<String> HOSTS = Set.of(HOST, "localhost", "[::1]");

    /** What a browser sends of its own accord; all else changes something. */
    private static final Set<HandlerType> READING = Set.of(HandlerType.GET, HandlerType.HEAD, HandlerType.OPTIONS);

    private static final int MAX_REQUEST_BYTES = 256 * 1024;
    private static final Duration SILENCE = Duration.ofSeconds(15);
    /** Pictures that came as bytes are shown from the browser's memory, which it calls blob. */
    private static final String POLICY = "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none';"
            + " form-action 'self'; frame-ancestors 'none'";

    private static final Map<String, String> FILES = Map.ofEntries(
            Map.entry("/", "write.html"),
            Map.entry("/models", "models.html"),
            Map.entry("/training", "training.html"),
            Map.entry("/hand", "hand.html"),
            Map.entry("/page.css", "page.css"),
            Map.entry("/shared.js", "shared.js"),
            Map.entry("/knobs.js", "knobs.js"),
            Map.entry("/write.js", "write.js"),
            Map.entry("/models.js", "models.js"),
            Map.entry("/training.js", "training.js"),
            Map.entry("/hand.js", "hand.js"),
            Map.entry("/favicon.svg", "favicon.svg"));

    private final DocumentDesk documents;
    private final HandDesk hands;
    private final SituationWatch watch;
    private final ModelRoutes models;
    private final TrainingRoutes training;
    private final Javalin server;

    private WebPage(
            Cluster cluster,
            DocumentDesk documents,
            HandDesk hands,
            SituationWatch watch,
            InstantSource clock,
            int port) {
        this.documents = documents;
        this.hands = hands;
        this.watch = watch;
        this.models = new ModelRoutes(cluster, watch, SILENCE, clock);
        this.training = new TrainingRoutes(cluster);
        this.server = Javalin.create(this::configure).start(HOST, port);
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
        EventReader reader;
        try {
            reader = cluster.eventReader(EventReader.From.END);
        } catch (RuntimeException e) {
            writer.close();
            throw e;
        }
        InstantSource clock = InstantSource.system();
        DocumentDesk documents = new DocumentDesk(writer, reader);
        SituationWatch watch = new SituationWatch(cluster, SILENCE, clock);
        HandDesk hands = new HandDesk(
                cluster,
                distribution,
                Arrays.stream(Paper.values()).map(SheetLayout::standard).toList(),
                folder);
        try {
            return new WebPage(cluster, documents, hands, watch, clock, port);
        } catch (RuntimeException e) {
            watch.close();
            documents.close();
            if (e instanceof JavalinBindException) {
                throw new IOException("the web page cannot listen at " + HOST + ":" + port + ": " + e.getMessage(), e);
            }
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
        models.close();
        training.close();
        watch.close();
        documents.close();
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.http.maxRequestSize = MAX_REQUEST_BYTES;
        config.routes.before(WebPage::guard);
        FILES.forEach((path, file) -> config.routes.get(path, context -> sendFile(context, file)));
        new WriteRoutes(documents, watch).addTo(config);
        new HandRoutes(hands, SheetLayout::standard).addTo(config);
        models.addTo(config);
        training.addTo(config);
        config.routes.exception(KafkaException.class, (e, context) -> {
            LOG.warn("the page cannot reach the cluster", e);
            context.status(503).result("The cluster does not answer: " + e.getMessage());
        });
    }

    private static void guard(Context context) {
        String host = context.host() == null ? "" : context.host();
        if (!HOSTS.contains(host.replaceFirst(":\\d+$", ""))) {
            throw new ForbiddenResponse("this page is served on the loopback interface only");
        }
        String origin = context.header("Origin");
        String site = context.header("Sec-Fetch-Site");
        boolean isForeign = origin != null && !origin.equals("http://" + host)
                || "cross-site".equals(site)
                || "same-site".equals(site);
        if (isForeign && !READING.contains(context.method())) {
            throw new ForbiddenResponse("only the page itself may ask for that");
        }
        context.header("Content-Security-Policy", POLICY);
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
}
