package io.inkstream.trainer.report;

import static java.util.Objects.requireNonNull;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.inkstream.schemas.BufferBytes;
import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.checkpoint.WholeFile;
import io.inkstream.trainer.publish.PublicationGate;
import io.inkstream.trainer.publish.TrainedModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Tells a training on one page: what came out, how it got there, and from what. The page is self-contained, needs no
 * network and prints well.
 *
 * @param title heading, such as the model's name
 * @param events of the run, in order
 * @param card evaluation card, or figures of a reader with a picture at {@link #MISTAKES}; empty while the run has none
 * @param objections what the publication gate says against the model
 * @param provenance data, code, seed and machine
 */
public record TrainingReport(
        String title,
        List<TrainingEvent> events,
        Map<String, Object> card,
        List<String> objections,
        Map<String, String> provenance) {
    /** Where the card of a reader has a picture, PNG, of the mistakes that it is most sure of. */
    public static final String MISTAKES = "mistakes_png";

    private static final int MOST_FRAMES = 24;
    private static final int STRIP_FRAMES = 6;
    private static final Template TEMPLATE = template();
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    public TrainingReport {
        requireNonNull(title, "title");
        events = List.copyOf(events);
        card = Map.copyOf(card);
        objections = List.copyOf(objections);
        provenance = Map.copyOf(provenance);
    }

    /**
     * Reads what the folder of a training has to tell: its events, and its card and provenance once it is done.
     *
     * @throws IOException if the folder holds no training, or its files cannot be read
     */
    public static TrainingReport ofFolder(String title, Path folder, PublicationGate gate) throws IOException {
        Path log = folder.resolve(EventLog.FILE_NAME);
        if (!Files.exists(log)) {
            throw new IOException(folder + " holds no training: there is no " + EventLog.FILE_NAME);
        }
        List<TrainingEvent> events = EventLog.read(log);
        Path export = folder.resolve(TrainedModel.FOLDER_NAME);
        if (!TrainedModel.isIn(export)) {
            return new TrainingReport(title, events, Map.of(), List.of(), Map.of());
        }
        TrainedModel model = TrainedModel.read(export);
        return new TrainingReport(
                title,
                events,
                model.card(),
                Stream.concat(gate.objections(model.card()).stream(), gate.regressions(model.card()).stream())
                        .toList(),
                model.training().provenance());
    }

    /** Writes the page, whole or not at all. */
    public void write(Path file) throws IOException {
        WholeFile.write(file, html().getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the page. */
    public String html() {
        Map<String, Object> page = new TreeMap<>();
        page.put("title", title);
        page.put("subtitle", subtitle());
        boolean isReader = card.get(MISTAKES) instanceof byte[];
        page.put("hasCard", !card.isEmpty() && !isReader);
        page.put("isReader", isReader);
        if (card.get(MISTAKES) instanceof byte[] png) {
            page.put("mistakes", dataUri("image/png", png));
        }
        page.put("passed", objections.isEmpty());
        page.put("objections", objections);
        page.put("rows", CardRow.of(card));
        page.put("tables", nestedTables());
        ConfusionPicture.of(card).ifPresent(picture -> page.put("confusion", picture));
        page.put("charts", Curves.of(events).stream().map(Figure::of).toList());
        List<Frame> frames = frames();
        page.put("hasFilm", !frames.isEmpty());
        page.put("frames", frames);
        page.put("lastFrame", frames.isEmpty() ? Map.of() : frames.get(frames.size() - 1));
        page.put("lastFrameIndex", frames.size() - 1);
        page.put("strip", strip(frames));
        List<Written> texts = texts();
        page.put("hasTexts", !texts.isEmpty());
        page.put("texts", texts);
        page.put("provenance", new TreeMap<>(provenance).entrySet());
        return TEMPLATE.execute(page);
    }

    private String subtitle() {
        if (events.isEmpty()) {
            return "This run has not reported anything yet.";
        }
        TrainingEvent last = events.get(events.size() - 1);
        Instant from = events.get(0).getAt();
        long minutes = Duration.between(from, last.getAt()).toMinutes();
        return String.format(
                Locale.ROOT,
                "%,d steps, last stage %s; %s to %s (%d:%02d h)",
                last.getStep(),
                last.getStage(),
                DATE.format(from),
                DATE.format(last.getAt()),
                minutes / 60,
                minutes % 60);
    }

    /** A list of records on the card, such as the worst classes. */
    record Table(String name, List<String> columns, List<List<String>> rows) {}

    private List<Table> nestedTables() {
        List<Table> tables = new ArrayList<>();
        new TreeMap<>(card).forEach((name, value) -> {
            if (value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map<?, ?> first) {
                List<?> keys = List.copyOf(first.keySet());
                tables.add(new Table(
                        Curves.words(name),
                        keys.stream().map(key -> Curves.words(key.toString())).toList(),
                        list.stream()
                                .map(Map.class::cast)
                                .map(row -> keys.stream()
                                        .map(key -> CardRow.say(row.get(key)))
                                        .toList())
                                .toList()));
            }
        });
        return tables;
    }

    /** A chart as an image. */
    record Figure(String title, String summary, String data) {
        static Figure of(Curves.Chart chart) {
            return new Figure(
                    chart.title(),
                    chart.summary(),
                    dataUri("image/svg+xml", chart.svg().getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** What a language model wrote. */
    record Written(String step, String text) {}

    private List<Written> texts() {
        List<TrainingEvent> written =
                events.stream().filter(event -> event.getSampleText() != null).toList();
        int every = (written.size() + STRIP_FRAMES - 1) / STRIP_FRAMES;
        List<Written> texts = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            if ((written.size() - 1 - i) % every == 0) {
                texts.add(new Written(
                        String.format(Locale.ROOT, "%,d", written.get(i).getStep()),
                        written.get(i).getSampleText()));
            }
        }
        return texts;
    }

    /** One sample grid of the film. */
    record Frame(String step, String data) {}

    private List<Frame> frames() {
        List<TrainingEvent> grids = events.stream()
                .filter(event -> event.getSampleGridPng() != null)
                .toList();
        int every = (grids.size() + MOST_FRAMES - 1) / MOST_FRAMES;
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < grids.size(); i++) {
            if ((grids.size() - 1 - i) % every == 0) {
                TrainingEvent grid = grids.get(i);
                frames.add(new Frame(
                        String.format(Locale.ROOT, "%,d", grid.getStep()),
                        dataUri("image/png", BufferBytes.of(grid.getSampleGridPng()))));
            }
        }
        return frames;
    }

    private static List<Frame> strip(List<Frame> frames) {
        int count = Math.min(STRIP_FRAMES, frames.size());
        List<Frame> strip = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            strip.add(frames.get(count == 1 ? 0 : i * (frames.size() - 1) / (count - 1)));
        }
        return strip;
    }

    static String dataUri(String type, byte[] bytes) {
        return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(bytes);
    }

    private static Template template() {
        try (InputStream in = TrainingReport.class.getResourceAsStream("report.mustache")) {
            return Mustache.compiler().compile(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
