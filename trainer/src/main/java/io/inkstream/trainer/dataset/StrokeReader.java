package io.inkstream.trainer.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.alphabet.Graphemes;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipException;

/**
 * Reads pen strokes, one JSON object a line: {@code c} the character, {@code strokes} a list of pen-down runs of
 * {@code [x, y]} with y upwards; {@code w} the writer, {@code src} the contributing group, {@code xh} the writer's
 * x-height, {@code b} the baseline, {@code pen} the width of the pen and {@code support} how far readers agree where known. Each is drawn by {@link StrokePen}.
 * With {@code t}, a text, in place of {@code c} it is a row of words, which is no sample.
 */
final class StrokeReader implements SampleReader {
    /** The longest character of UNIPEN has 1,025 points, some 12 kB; far beyond that a line is no character. */
    private static final int LONGEST_LINE = 4 << 20;

    /** Beyond that the file is no list of characters, and is not read to its end, which packed well may be far. */
    private static final long LONGEST_RUN_OF_BYTES = 64 << 20;

    private static final int MOST_STROKES = 1_000;
    private static final int MOST_POINTS = 50_000;
    private static final int LONGEST_WRITER = 100;
    private static final int LONGEST_TEXT = 500;

    /** UNIPEN's source aga: its tablet's y resolution against its x resolution. */
    private static final double AGA_Y_SCALE = 0.8748;

    /** EMNIST's pens: median 2.9 px, 10 to 90 % 2.15 to 3.95; most of it is the writer's, a little the character's. */
    private static final double PEN_MEDIAN_PX = 2.9;

    private static final double PEN_WRITER_LOG_SD = 0.22;
    private static final double PEN_GLYPH_LOG_SD = 0.08;
    private static final double PEN_MIN_PX = 1.6;
    private static final double PEN_MAX_PX = 5.2;

    private static final ObjectReader JSON = JsonMapper.builder()
            // So that NaN can be named as what it is, and not as a syntax error.
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build()
            .reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Path file;
    private final int[] supports;
    private final boolean equalAspect;
    private final SampleMaker maker;
    private final List<String> findings;

    private StrokeReader(Path file, int[] supports, boolean equalAspect, SampleMaker maker, List<String> findings) {
        this.file = file;
        this.supports = supports;
        this.equalAspect = equalAspect;
        this.maker = maker;
        this.findings = List.copyOf(findings);
    }

    static StrokeReader open(Path file, ImportOptions options) throws IOException {
        SampleMaker maker = SampleMaker.of(file, options);
        List<String> findings = new ArrayList<>(List.of("pen strokes, drawn with a pen of " + PEN_MEDIAN_PX + " px"));
        findings.add(maker.finding());
        Optional<Path> supportsFile = DataFiles.besideStrokes(file, "support-idx1-ubyte");
        int[] supports = supportsFile.isPresent() ? IdxFiles.readBytes(supportsFile.get()) : null;
        supportsFile.ifPresent(beside -> findings.add("support from " + DataFiles.name(beside)));
        return new StrokeReader(file, supports, options.equalAspect(), maker, findings);
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public List<String> findings() {
        return findings;
    }

    @Override
    public <E extends Exception> void read(SampleSink<E> samples, FaultSink faults) throws IOException, E {
        readAll(
                (number, glyph) -> maker.make(
                        glyph.character(),
                        glyph.image(),
                        glyph.writer(),
                        supports == null ? glyph.support() : Integer.valueOf(supports[number - 1]),
                        samples),
                faults);
    }

    /** Takes what was read; numbers are those of lines, from 1. */
    @FunctionalInterface
    interface WritingSink<E extends Exception> {
        void glyph(int number, WrittenGlyph glyph) throws E;

        default void line(int number, WrittenLine line) throws E {}
    }

    /** Reads the strokes themselves, from the first line to the last. */
    <E extends Exception> void readAll(WritingSink<E> sink, FaultSink faults) throws IOException, E {
        int number = 0;
        try (Lines lines = new Lines(file, DataFiles.open(file))) {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                number++;
                if (supports != null && number > supports.length) {
                    throw new BadDatasetException(
                            file, "line " + number, "only " + supports.length + " support values lie beside it");
                }
                try {
                    if (lines.wasTooLong()) {
                        throw new UnusableException("the line is longer than " + LONGEST_LINE + " bytes");
                    }
                    parse(line, number, equalAspect, sink);
                } catch (UnusableException e) {
                    faults.fault(file, "line " + number + " at byte " + lines.lineStart(), e.getMessage());
                }
            }
        } catch (EOFException | ZipException e) {
            throw new BadDatasetException(
                    file, "after line " + number, "the file breaks off or is damaged: " + e.getMessage());
        }
        if (supports != null && number != supports.length) {
            throw new BadDatasetException(file, supports.length + " support values beside it for " + number + " lines");
        }
    }

    /** A line tells no writing; the message says why. */
    static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableException(String reason) {
            super(reason);
        }
    }

    /**
     * Reads one line.
     *
     * @param equalAspect whether to even out tablets whose two resolutions differ
     * @throws UnusableException if it tells neither a character nor a row of words
     */
    static <E extends Exception> void parse(byte[] line, int number, boolean equalAspect, WritingSink<E> sink)
            throws UnusableException, E {
        JsonNode json;
        try {
            json = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new UnusableException("not JSON: " + Limits.cut(e.getOriginalMessage(), Limits.MESSAGE_CHARS));
        } catch (IOException e) {
            throw new UnusableException("not JSON: " + e.getMessage());
        }
        if (json.path("t").isTextual()) {
            sink.line(number, writtenLine(json));
        } else {
            sink.glyph(number, writtenGlyph(json, line, equalAspect));
        }
    }

    private static WrittenLine writtenLine(JsonNode json) throws UnusableException {
        String text = Graphemes.normal(json.path("t").asText());
        if (text.isBlank() || text.length() > LONGEST_TEXT) {
            throw new UnusableException("'t' has " + text.length() + " characters, not 1 to " + LONGEST_TEXT);
        }
        return new WrittenLine(
                text, writer(json), strokes(json), json.path("xh").asDouble(Double.NaN));
    }

    private static WrittenGlyph writtenGlyph(JsonNode json, byte[] line, boolean equalAspect) throws UnusableException {
        String text = Graphemes.normal(json.path("c").asText(""));
        if (!Graphemes.isClass(text)) {
            throw new UnusableException("'c' must be one character, got '" + shortened(text) + "'");
        }
        List<Stroke> strokes = strokes(json);
        // A full stop may be one touch of the pen; anything else of one point has lost its strokes.
        if (isOnePoint(strokes) && !text.equals(".")) {
            throw new UnusableException("all strokes together are one point");
        }
        double xHeight = json.path("xh").asDouble(Double.NaN);
        boolean oblong = equalAspect && json.path("src").asText("").equals("aga");
        String writer = writer(json);
        double pen = json.path("pen").asDouble(Double.NaN);
        // Where the pen is known a random one would only make a file's glyphs differ from those that were looked at.
        double width = Double.isNaN(pen) ? penWidth(writer, line) : PEN_MEDIAN_PX;
        return new WrittenGlyph(
                text,
                writer,
                strokes,
                xHeight,
                json.path("b").asDouble(Double.NaN),
                pen,
                json.path("support").isInt()
                        ? Math.max(0, Math.min(255, json.path("support").asInt()))
                        : null,
                new StrokePen().draw(strokes, xHeight, oblong ? AGA_Y_SCALE : 1, width));
    }

    private static String writer(JsonNode json) throws UnusableException {
        JsonNode w = json.get("w");
        String writer = w == null || w.isNull() ? null : w.asText();
        if (writer != null && writer.length() > LONGEST_WRITER) {
            throw new UnusableException("'w' has " + writer.length() + " characters, more than " + LONGEST_WRITER);
        }
        return writer;
    }

    private static List<Stroke> strokes(JsonNode json) throws UnusableException {
        JsonNode runs = json.path("strokes");
        if (runs.isEmpty()) {
            throw new UnusableException("no strokes");
        }
        if (runs.size() > MOST_STROKES) {
            throw new UnusableException(runs.size() + " strokes, more than " + MOST_STROKES);
        }
        List<Stroke> strokes = new ArrayList<>();
        int points = 0;
        for (JsonNode run : runs) {
            points += run.size();
            if (points > MOST_POINTS) {
                throw new UnusableException("more than " + MOST_POINTS + " points");
            }
            strokes.add(stroke(run, strokes.size()));
        }
        return strokes;
    }

    private static Stroke stroke(JsonNode points, int index) throws UnusableException {
        int n = points.size();
        if (!points.isArray() || n == 0) {
            throw new UnusableException("stroke " + index + " has no points");
        }
        double[] x = new double[n];
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            JsonNode point = points.get(i);
            if (point == null
                    || point.size() < 2
                    || !point.isArray()
                    || !point.get(0).isNumber()
                    || !point.get(1).isNumber()) {
                throw new UnusableException("stroke " + index + ", point " + i + ": expected [x, y], got "
                        + shortened(String.valueOf(point)));
            }
            x[i] = point.get(0).asDouble();
            y[i] = point.get(1).asDouble();
            // Beyond any tablet, and squares of it would overflow.
            if (!(Math.abs(x[i]) < 1e9 && Math.abs(y[i]) < 1e9)) {
                throw new UnusableException(
                        "stroke " + index + ", point " + i + ": [" + x[i] + ", " + y[i] + "] is no place on a tablet");
            }
        }
        return new Stroke(x, y);
    }

    private static boolean isOnePoint(List<Stroke> strokes) {
        double x = strokes.get(0).x()[0];
        double y = strokes.get(0).y()[0];
        return strokes.stream().allMatch(stroke -> {
            double[] xs = stroke.x();
            double[] ys = stroke.y();
            for (int i = 0; i < xs.length; i++) {
                if (xs[i] != x || ys[i] != y) {
                    return false;
                }
            }
            return true;
        });
    }

    /** A function of what the line says, so that importing it again draws the same image. */
    private static double penWidth(String writer, byte[] line) {
        CRC32 lineHash = new CRC32();
        lineHash.update(line);
        CRC32 writerHash = new CRC32();
        writerHash.update(writer == null ? line : writer.getBytes(StandardCharsets.UTF_8));
        double log = PEN_WRITER_LOG_SD * new Random(writerHash.getValue()).nextGaussian()
                + PEN_GLYPH_LOG_SD * new Random(lineHash.getValue()).nextGaussian();
        return Math.max(PEN_MIN_PX, Math.min(PEN_MAX_PX, PEN_MEDIAN_PX * StrictMath.exp(log)));
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    /** Lines of bounded length, with the place where each starts. */
    private static final class Lines implements AutoCloseable {
        private final Path file;
        private final InputStream in;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private long offset;
        private long lineStart;
        private boolean tooLong;

        Lines(Path file, InputStream in) {
            this.file = file;
            this.in = in;
        }

        /** Returns the next line that is not blank, without its end, or null; of one that is too long its beginning. */
        byte[] next() throws IOException {
            while (true) {
                line.reset();
                tooLong = false;
                lineStart = offset;
                int b = in.read();
                if (b < 0) {
                    return null;
                }
                for (; b >= 0 && b != '\n'; b = in.read()) {
                    offset++;
                    if (line.size() < LONGEST_LINE) {
                        line.write(b);
                    } else if (offset - lineStart < LONGEST_RUN_OF_BYTES) {
                        tooLong = true;
                    } else {
                        throw new BadDatasetException(
                                file, "at byte " + lineStart, "a line without end: these are no strokes");
                    }
                }
                offset++;
                if (!line.toString(StandardCharsets.ISO_8859_1).isBlank()) {
                    return line.toByteArray();
                }
            }
        }

        boolean wasTooLong() {
            return tooLong;
        }

        long lineStart() {
            return lineStart;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
