package io.inkstream.ops.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.ops.client.ImageFiles;
import io.inkstream.ops.hand.PublishedHand;
import io.inkstream.ops.rollout.Situation;
import io.inkstream.schemas.BufferBytes;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.layout.OutputFormat;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.ServiceUnavailableResponse;
import io.javalin.http.sse.SseClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;

/** What a browser says to the {@link DocumentDesk}: options, styles, documents, their lines as they come, and files of them. */
final class WriteRoutes {
    private static final Duration HEARTBEAT = Duration.ofSeconds(3);
    private static final Duration SAMPLE_WITHIN = Duration.ofSeconds(10);
    /** No content: the browser asks again later, and nothing is wrong. */
    private static final int NOT_YET = 204;
    /** Connections that wait for a sample. */
    private static final int SAMPLES_AT_ONCE = 12;

    private static final Pattern IMAGE = Pattern.compile("(line|page)-(\\d{1,6})\\.\\w{1,9}");
    /** A picture may be a document, too, and may have come from anybody: nothing in it runs or is fetched. */
    private static final String PICTURE_POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";

    private final DocumentDesk desk;
    private final SituationWatch watch;
    private final Semaphore samples = new Semaphore(SAMPLES_AT_ONCE);

    WriteRoutes(DocumentDesk desk, SituationWatch watch) {
        this.desk = desk;
        this.watch = watch;
    }

    void addTo(JavalinConfig config) {
        config.routes.get("/api/options", this::options);
        config.routes.get("/api/styles", this::styles);
        config.routes.post("/api/samples", this::sample);
        config.routes.post("/api/documents", this::publish);
        config.routes.get("/api/documents/{document}", this::known);
        config.routes.sse("/api/documents/{document}/events", this::follow);
        config.routes.get("/api/documents/{document}/files/{download}", this::download);
        config.routes.get("/api/documents/{document}/{image}", this::image);
        config.routes.exception(FaultyFieldException.class, (e, context) -> {
            context.status(422);
            Json.answer(context, Json.object().put("field", e.field()).put("message", e.getMessage()));
        });
    }

    private void options(Context context) {
        ObjectNode answer = Asked.options();
        ArrayNode downloads = answer.putArray("downloads");
        Downloads.all().forEach(download -> downloads
                .addObject()
                .put("id", download.id())
                .put("label", download.label())
                .put("doc", download.doc())
                .put("format", download.format().map(OutputFormat::id).orElse(null)));
        Json.answer(context, answer);
    }

    /**
     * The styles of the version that serves, and those that only versions with somebody's own hand have: these go with their
     * model, since another one may serve by default.
     */
    private void styles(Context context) {
        Situation situation = watch.situation();
        ObjectNode answer = Json.object();
        ArrayNode styles = answer.putArray("styles");
        ArrayNode versions = answer.putArray("versions");
        Set<String> names = new HashSet<>();
        List<ModelAnnouncement> models = situation.models().values().stream()
                .filter(ModelKind.HANDWRITING::is)
                .sorted(Comparator.comparing(PublishedHand::hasOne)
                        .thenComparing(ModelAnnouncement::getAnnouncedAt, Comparator.reverseOrder()))
                .toList();
        models.forEach(model -> versions.add(idOf(model)));
        models.stream().findFirst().ifPresent(newest -> {
            ModelAnnouncement serving = situation
                    .serving(newest.getName())
                    .map(situation.models()::get)
                    .orElse(newest);
            answer.put("model", idOf(serving));
            add(styles, names, serving, null);
        });
        models.stream().filter(PublishedHand::hasOne).forEach(model -> add(styles, names, model, idOf(model)));
        answer.put("missing", watch.missing());
        Json.answer(context, answer);
    }

    private static void add(ArrayNode styles, Set<String> names, ModelAnnouncement model, String pinned) {
        model.getStyles().stream().filter(style -> names.add(style.getName())).forEach(style -> styles.addObject()
                .put("name", style.getName())
                .put("description", style.getDescription())
                .put("model", pinned));
    }

    private static String idOf(ModelAnnouncement model) {
        return new ModelId(model.getName(), model.getVersion()).toString();
    }

    private void publish(Context context) throws FaultyFieldException {
        String id = desk.write(Asked.document(Json.asked(context)));
        context.status(201);
        Json.answer(context, Json.object().put("document", id));
    }

    /** Answers with the picture itself once it is drawn, so that a card takes one request. */
    private void sample(Context context) throws FaultyFieldException, InterruptedException {
        var document = Asked.sample(Json.asked(context));
        if (!samples.tryAcquire()) {
            context.status(NOT_YET);
            return;
        }
        try {
            List<DocumentEvent> events = desk.sample(document).after(0, SAMPLE_WITHIN);
            if (events.isEmpty()) {
                context.status(NOT_YET);
                return;
            }
            Optional<LineImage> line = events.get(0)
                    .match(one -> Optional.of(one.image()), page -> Optional.empty(), refused -> Optional.empty());
            if (line.isEmpty()) {
                context.status(422);
                Json.answer(context, json(events.get(0)));
                return;
            }
            picture(context, line.get().getPng(), line.get().getMediaType());
        } finally {
            samples.release();
        }
    }

    /** Whether a browser that comes back finds its document here. */
    private void known(Context context) {
        Json.answer(
                context,
                Json.object()
                        .put("known", desk.find(context.pathParam("document")).isPresent()));
    }

    /** Runs on a thread of this connection, so that a slow browser keeps nobody else waiting. */
    private void follow(SseClient client) {
        Optional<Mailbox> known = desk.find(client.ctx().pathParam("document"));
        if (known.isEmpty()) {
            // To a browser, a stream that is refused looks like one that was cut: it would come back for ever.
            client.sendEvent("unknown", "{}");
            return;
        }
        Mailbox mailbox = known.get();
        int seen = lastSeen(client.ctx());
        try {
            while (!client.terminated() && !mailbox.isDrained(seen)) {
                List<DocumentEvent> events = mailbox.after(seen, HEARTBEAT);
                for (DocumentEvent event : events) {
                    seen++;
                    client.sendEvent(nameOf(event), json(event).toString(), Integer.toString(seen));
                }
                if (events.isEmpty()) {
                    client.sendEvent(
                            "waiting",
                            Json.object().put("missing", watch.missing()).toString());
                }
            }
            client.sendEvent("end", Json.object().put("cut", mailbox.isCut()).toString());
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
        for (DocumentEvent event : mailbox(context).all()) {
            boolean isIt = event.match(
                    line -> wantsLine && line.image().getIndex() == index,
                    page -> !wantsLine
                            && page.image().getIndex() == index
                            && page.image().getProblem().isEmpty(),
                    refused -> false);
            if (isIt) {
                event.match(
                        line -> picture(
                                context, line.image().getPng(), line.image().getMediaType()),
                        page -> picture(
                                context, page.image().getPng(), page.image().getMediaType()),
                        refused -> context);
                return;
            }
        }
        throw new NotFoundResponse("that image has not arrived");
    }

    private void download(Context context) throws IOException {
        Downloads.Download download = Downloads.named(context.pathParam("download"))
                .orElseThrow(() -> new NotFoundResponse("there is no download " + context.pathParam("download")));
        Mailbox mailbox = mailbox(context);
        List<DocumentEvent> events = mailbox.all();
        if (!mailbox.isDrained(events.size()) || mailbox.isCut()) {
            throw new ServiceUnavailableResponse(
                    mailbox.isCut() ? "the text is longer than is kept here" : "not all has come yet");
        }
        Downloads.Saved saved = download.maker().of(context.pathParam("document"), events);
        picture(context, saved.bytes(), saved.mediaType())
                .contentType(saved.mediaType())
                .header("Content-Disposition", "attachment; filename=\"" + saved.name() + "\"");
    }

    private static Context picture(Context context, ByteBuffer picture, String mediaType) {
        return context.header("Content-Security-Policy", PICTURE_POLICY)
                .contentType(OutputFormat.known(mediaType).orElse("application/octet-stream"))
                .result(BufferBytes.of(picture));
    }

    private Mailbox mailbox(Context context) {
        return desk.find(context.pathParam("document"))
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
        ObjectNode json = Json.object();
        return event.match(
                line -> describe(json, line.image()),
                page -> json.put("index", page.image().getIndex())
                        .put("count", page.image().getCount())
                        .put("problem", page.image().getProblem()),
                refused -> json.put("reason", refused.letter().reason())
                        .put("message", refused.letter().message())
                        .put(
                                "field",
                                Asked.fieldOf(
                                        refused.letter().reason(),
                                        refused.letter().message())));
    }

    private static ObjectNode describe(ObjectNode json, LineImage line) {
        json.put("index", line.getIndex())
                .put("file", ImageFiles.name(line))
                .put("count", line.getCount())
                .put("text", line.getText())
                .put("width", line.getWidthPx())
                .put("height", line.getHeightPx())
                .put("baseline", line.getBaselinePx())
                .put("model", line.getProvenance().getModel())
                .put("style", line.getProvenance().getStyle())
                .put("seed", Long.toString(line.getProvenance().getSeed()));
        if (line.getProvenance().getLayout() != null) {
            json.put("measure", line.getProvenance().getLayout().getLineWidthPx());
        }
        ArrayNode glyphs = json.putArray("glyphs");
        line.getGlyphs().forEach(glyph -> describe(glyphs.addObject(), glyph));
        ArrayNode substitutions = json.putArray("substitutions");
        line.getSubstitutions().forEach(substitution -> substitutions
                .addObject()
                .put("offset", substitution.getOffset())
                .put("original", substitution.getOriginal())
                .put("replacement", substitution.getReplacement()));
        if (line.getReading() != null) {
            json.putObject("reading")
                    .put("text", line.getReading().getText())
                    .put("errors", line.getReading().getErrors());
        }
        return json;
    }

    /** All that is known of a glyph, whatever it will be; what is not is left out. */
    private static void describe(ObjectNode json, GlyphBox glyph) {
        for (Schema.Field field : glyph.getSchema().getFields()) {
            Object value = glyph.get(field.pos());
            if (value != null) {
                json.putPOJO(
                        field.name(),
                        value instanceof Number || value instanceof Boolean ? value : String.valueOf(value));
            }
        }
    }
}
