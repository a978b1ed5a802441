package io.inkstream.trainer.lines;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.avro.Split;
import io.inkstream.schemas.reading.LineView;
import io.inkstream.trainer.dataset.Handwriting;
import io.inkstream.trainer.dataset.ImportReport;
import io.inkstream.trainer.dataset.SplitRule;
import io.inkstream.trainer.dataset.WrittenLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads lines and their texts from files: pen strokes, JSON lines with a {@code t}, and pictures with a {@code boxes.jsonl}
 * beside them, as {@code consume} and {@code dataset lines export} write them.
 *
 * <p>What is meant for tests goes by the name of file or folder, the nearest that has the word train, val or test, else by
 * writer, so that none is in both. What is meant for validation is left alone.
 *
 * @param train to learn from
 * @param test to judge by
 * @param faults what could not be used, each in words; at most {@value ImportReport#FAULTS_NAMED} are named
 * @param faulty how many could not be used
 * @param unfit how many have no size that a {@link LineView} could have, or are not between the shortest and longest asked for
 */
public record LineFiles(List<LineSample> train, List<LineSample> test, List<String> faults, long faulty, int unfit) {
    private static final String BOXES = "boxes.jsonl";
    private static final Pattern VALIDATION = Pattern.compile("(?<![a-z])(val|validation)(?![a-z])");
    private static final Pattern PLAIN_NAME = Pattern.compile("(?!\\.{1,2}$)[^/\\\\\\x00]+");
    private static final JsonMapper JSON = new JsonMapper();

    public LineFiles {
        train = List.copyOf(train);
        test = List.copyOf(test);
        faults = List.copyOf(faults);
    }

    /**
     * Which lines to take.
     *
     * @param shortest fewest graphemes
     * @param longest most graphemes
     * @param seed decides the pens that strokes are drawn with
     */
    public record Wanted(int shortest, int longest, long seed) {
        public Wanted {
            if (shortest < 1 || longest < shortest) {
                throw new IllegalArgumentException(
                        "lines have 1 to any number of characters, not " + shortest + " to " + longest);
            }
        }
    }

    /**
     * Reads files, and those of folders.
     *
     * @throws IOException if one cannot be read, naming it
     */
    public static LineFiles read(List<Path> paths, Wanted wanted) throws IOException {
        Collected collected = new Collected(wanted);
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new IOException("no such file or folder: " + path);
            }
            List<Path> files;
            try (Stream<Path> walk = Files.walk(path)) {
                files = walk.filter(file -> Files.isRegularFile(file) && Handwriting.isFile(file) && !isTable(file))
                        .sorted()
                        .toList();
            }
            for (Path file : files) {
                Purpose purpose = Purpose.of(path, file);
                if (purpose.isValidation()) {
                    continue;
                }
                if (file.endsWith(BOXES)) {
                    collected.pictures(file, purpose.split());
                } else {
                    collected.strokes(file, purpose.split());
                }
            }
        }
        return new LineFiles(collected.train, collected.test, collected.faults, collected.faulty, collected.unfit);
    }

    /** Whether it is a table of the pictures that stand below it: a data set of lines says what it is made of. */
    private static boolean isTable(Path file) {
        return Files.exists(file.resolveSibling("dataset.txt")) && !file.endsWith(BOXES);
    }

    /** What a file is for, by its name and those of its folders, up to the one that was named. */
    private record Purpose(boolean isValidation, Optional<Split> split) {
        static Purpose of(Path root, Path file) {
            Path top = root.toAbsolutePath().normalize();
            for (Path at = file.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
                String name = at.getFileName() == null ? "" : at.getFileName().toString();
                Optional<Split> split = SplitRule.AUTO.ofFile(name);
                boolean isValidation =
                        VALIDATION.matcher(name.toLowerCase(Locale.ROOT)).find();
                if (isValidation || split.isPresent() || at.equals(top)) {
                    return new Purpose(isValidation && split.isEmpty(), split);
                }
            }
            return new Purpose(false, Optional.empty());
        }
    }

    private static final class Collected {
        private final Wanted wanted;
        private final WrittenLines pen;
        private final List<LineSample> train = new ArrayList<>();
        private final List<LineSample> test = new ArrayList<>();
        private final List<String> faults = new ArrayList<>();
        private long faulty;
        private int unfit;

        Collected(Wanted wanted) {
            this.wanted = wanted;
            this.pen = new WrittenLines(wanted.seed());
        }

        void strokes(Path file, Optional<Split> split) throws IOException {
            Handwriting handwriting = Handwriting.read(List.of(file));
            handwriting.faults().forEach(this::name);
            faulty += handwriting.faulty()
                    - Math.min(handwriting.faulty(), handwriting.faults().size());
            for (WrittenLine line : handwriting.lines()) {
                add(isFit(line.text()) ? pen.draw(line) : Optional.empty(), split);
            }
        }

        void pictures(Path boxes, Optional<Split> split) throws IOException {
            try (BufferedReader lines = Files.newBufferedReader(boxes)) {
                int number = 0;
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    number++;
                    picture(boxes, number, line, split);
                }
            }
        }

        private void picture(Path boxes, int number, String line, Optional<Split> split) {
            try {
                JsonNode json = JSON.readTree(line);
                String name = json.path("file").asText();
                String text = Graphemes.normal(
                        String.join(" ", json.path("text").asText().strip().split("\\s+")));
                if (!PLAIN_NAME.matcher(name).matches() || text.isEmpty()) {
                    throw new IOException("it names no file and text");
                }
                if (!isFit(text)) {
                    unfit++;
                    return;
                }
                JsonNode by = json.path("provenance");
                String writer = by.has("seed")
                        ? by.path("style").asText() + " " + by.path("seed").asText()
                        : null;
                Optional<LineView> view = LineView.of(PictureInk.read(boxes.resolveSibling(name)));
                add(view.map(seen -> new LineSample(text, writer, seen)), split);
            } catch (JsonProcessingException e) {
                name(boxes + ": line " + number + ": it is no JSON");
            } catch (IOException e) {
                name(boxes + ": line " + number + ": " + e.getMessage());
            }
        }

        private boolean isFit(String text) {
            int length = Graphemes.split(text.strip()).size();
            return length >= wanted.shortest() && length <= wanted.longest();
        }

        private void add(Optional<LineSample> sample, Optional<Split> split) {
            if (sample.isEmpty()) {
                unfit++;
                return;
            }
            Split side = split.orElseGet(
                    () -> SplitRule.ofSample(sample.get().writer(), sample.get().text()));
            (side == Split.TEST ? test : train).add(sample.get());
        }

        private void name(String fault) {
            faulty++;
            if (faults.size() < ImportReport.FAULTS_NAMED) {
                faults.add(fault);
            }
        }
    }
}
