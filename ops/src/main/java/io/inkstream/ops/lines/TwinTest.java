package io.inkstream.ops.lines;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.reading.LineView;
import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.lines.LineReader;
import io.inkstream.trainer.lines.LineReaderShape;
import io.inkstream.trainer.lines.LineReading;
import io.inkstream.trainer.lines.LineSample;
import io.inkstream.trainer.lines.LineSet;
import io.inkstream.trainer.lines.LineTraining;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.report.TrainingListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Asks what a model's lines teach a reader about real ones: readers are trained on real lines, on drawn lines of the same texts,
 * and on both, in the same steps; each reads real lines of other writers.
 *
 * <p>Readers are kept in a folder by what they learnt, so that the next model's test trains only its own.
 */
public final class TwinTest {
    private static final int CHECKPOINT_EVERY = 250;
    private static final int HEIGHT_PX = 64;
    private static final int NAME_LENGTH = 24;

    private final LineTraining.Config config;
    private final Workers workers;
    private final Path cache;
    private final TrainingListener listener;
    private final BooleanSupplier stopping;

    /**
     * What came out: error rates of characters on the same real lines, 0 and more.
     *
     * @param lines that the reader of real lines learnt from
     * @param judged lines that were read
     * @param real of the reader that learnt from real lines
     * @param drawn of the one that learnt from drawn lines
     * @param both of the one that learnt from all of these
     */
    public record Result(int lines, int judged, double real, double drawn, double both) {
        /** The figures of an evaluation card, by name. */
        public Map<String, Object> figures() {
            Map<String, Object> figures = new TreeMap<>();
            figures.put("twin_lines", lines);
            figures.put("twin_error_real", real);
            figures.put("twin_error_drawn", drawn);
            figures.put("twin_error_both", both);
            figures.put("twin_ratio", drawn / real);
            figures.put("twin_both_ratio", both / real);
            return figures;
        }
    }

    /**
     * Prepares the test.
     *
     * @param cache folder of readers
     * @param listener told of each training's events
     * @param stopping asked after every step
     */
    public TwinTest(
            LineTraining.Config config,
            Workers workers,
            Path cache,
            TrainingListener listener,
            BooleanSupplier stopping) {
        this.config = requireNonNull(config, "config");
        this.workers = requireNonNull(workers, "workers");
        this.cache = requireNonNull(cache, "cache");
        this.listener = requireNonNull(listener, "listener");
        this.stopping = requireNonNull(stopping, "stopping");
    }

    /**
     * Runs it.
     *
     * @param real lines to learn from
     * @param judging real lines of other writers
     * @param drawn lines of the same texts as {@code real}
     * @return empty when told to stop; the next call goes on from there
     */
    public Optional<Result> run(List<LineSample> real, List<LineSample> judging, List<LineSample> drawn)
            throws IOException, TrainingException {
        if (judging.isEmpty()) {
            throw new TrainingException("there are no lines to judge by: none has the word test in its file's name");
        }
        List<LineSample> all = new ArrayList<>(real);
        all.addAll(drawn);
        // Those of real lines: so what one model draws is no part of what the reader of real lines is.
        List<String> characters = LineSet.of(real).characters();
        double[] errors = new double[3];
        List<List<LineSample>> schools = List.of(real, drawn, all);
        for (int i = 0; i < schools.size(); i++) {
            LineSet lines = LineSet.of(schools.get(i), characters);
            String training = lines.digest() + " " + config + " " + workers.count();
            Path folder = cache.resolve("lines-"
                    + Sha256.of(training.getBytes(StandardCharsets.UTF_8)).hex().substring(0, NAME_LENGTH));
            Optional<LineReader> reader = new LineTraining(
                            config, workers, folder, listener, stopping, InstantSource.system())
                    .teach(lines, LineReaderShape.standard(characters.size() + 1), CHECKPOINT_EVERY);
            if (reader.isEmpty()) {
                return Optional.empty();
            }
            errors[i] = new LineReading(reader.get()).errorRate(judging);
        }
        return Optional.of(new Result(real.size(), judging.size(), errors[0], errors[1], errors[2]));
    }

    /**
     * Draws lines of texts in many hands.
     *
     * @param factories makes one for each worker
     * @param styles of the hands, in turn
     * @param hands that share the texts evenly, seeds 0 and up
     */
    public static List<LineSample> drawn(
            Supplier<LineFactory> factories, Workers workers, List<String> styles, List<String> texts, int hands) {
        int count = Math.min(hands, texts.size());
        List<List<LineSample>> ofHands = new ArrayList<>(Collections.nCopies(count, List.of()));
        workers.run(worker -> {
            LineFactory factory = factories.get();
            for (int hand = worker; hand < count; hand += workers.count()) {
                List<String> own = new ArrayList<>();
                for (int i = hand; i < texts.size(); i += count) {
                    own.add(texts.get(i));
                }
                ofHands.set(hand, drawn(factory, styles.get(hand % styles.size()), hand, String.join("\n", own)));
            }
        });
        return ofHands.stream().flatMap(List::stream).toList();
    }

    private static List<LineSample> drawn(LineFactory factory, String style, int hand, String text) {
        TextDocument document = TextDocument.newBuilder()
                .setText(text)
                .setStyle(style)
                .setSeed((long) hand)
                .setLayout(LayoutOptions.newBuilder()
                        .setLineHeightPx(HEIGHT_PX)
                        .setLineWidthPx(256 * HEIGHT_PX)
                        .build())
                .build();
        List<LineSample> samples = new ArrayList<>();
        for (LineFactory.Drawn line : factory.draw("twin-" + hand, document)) {
            LineView.of(line.pixels().ink())
                    .ifPresent(view ->
                            samples.add(new LineSample(line.image().getText().strip(), style + " " + hand, view)));
        }
        return samples;
    }
}
