package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.predict.PredictionException;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Has a version draw every character that it knows, looks at the drawings and reads them with the server's own reader: a
 * blank, inverted, collapsed, unreadable or mislabelled generator does not pass, whatever its bundle says of it.
 *
 * <p>Draws the same latents for every version. For one thread.
 */
final class QualityGate {
    private static final long SEED = 28;
    /** A manifest may have thousands of classes; so many of them, spread evenly, are judged. */
    private static final int MOST_CLASSES = 512;

    /** Ink that a pen stroke reaches somewhere. */
    private static final float PEAK = .5f;
    /** Share of drawings that must have a stroke: thin styles of a young generator lose some. */
    private static final double LEAST_INKED = .8;
    /** Mean ink of drawings: real glyphs have .1 to .25; inverted ones have the rest. */
    private static final double MOST_INK = .5;
    /** Pixels between paper and ink, as 4p(1-p), a unit of ink: pen strokes have .8, one blurred by 3 x 3 pixels 1.5. */
    private static final double MOST_SOFTNESS = 1.4;
    /** Mean difference of two drawings' pixels through style or noise alone; good ones differ by .09 to .14. */
    private static final double LEAST_DIFFERENCE = .02;
    /** Standard deviation of a pixel between the characters' mean drawings; good ones have .17. */
    private static final double LEAST_BETWEEN = .08;

    /** Share of a character's drawings below which it counts as misread. */
    private static final double MISREAD = .2;
    /** A few drawings may all fail by chance: suspects draw so many times as many again. */
    private static final int SECOND_LOOK = 3;
    /** With more suspects than this there is nothing to clear up. */
    private static final int MOST_SUSPECTS = 8;

    private static final int MOST_NAMED = 10;
    /** Characters whose drawings are in memory together, where they are small. */
    private static final int AT_ONCE = 128;
    /** Characters whose drawings fill batches, and are few enough to go round the cores. */
    private static final int TOGETHER = 8;
    /** Pixels and latents of drawings that are in memory together: 16 MiB. */
    private static final long MOST_NUMBERS = 4 << 20;

    private final ServerReader reader;
    private final GateConfig config;

    QualityGate(ServerReader reader, GateConfig config) {
        this.reader = requireNonNull(reader, "reader");
        this.config = requireNonNull(config, "config");
    }

    /**
     * Judges a version.
     *
     * @param claimed share of drawings that the card says are read as asked
     * @return what was measured, by name
     * @throws RejectedModelException naming everything that speaks against it
     */
    Map<String, Double> judge(Manifest manifest, OptionalDouble claimed, Predictor predictor)
            throws RejectedModelException {
        checkCharacters(manifest);
        Look look = new Look(manifest, predictor);
        look.lookAtAll();
        List<String> faults = new ArrayList<>();
        look.findFaults(faults);
        Reading reading = look.reading();
        reading.findFaults(claimed, faults);
        if (!faults.isEmpty()) {
            throw new RejectedModelException(String.join("; ", faults));
        }
        Map<String, Double> figures = new TreeMap<>(look.figures());
        figures.putAll(reading.figures(claimed));
        return figures;
    }

    private void checkCharacters(Manifest manifest) throws RejectedModelException {
        List<String> has = manifest.classes().stream().map(ClassSpec::character).toList();
        List<String> lacks = config.requiredCharacters()
                .codePoints()
                .mapToObj(Character::toString)
                .filter(character -> !has.contains(character))
                .toList();
        if (!lacks.isEmpty()) {
            throw new RejectedModelException("it has no classes for " + named(lacks)
                    + ", which this server demands (inkstream.model.server.gate.required.characters)");
        }
    }

    private static String named(List<String> characters) {
        return String.join(" ", characters.subList(0, Math.min(MOST_NAMED, characters.size())))
                + (characters.size() > MOST_NAMED ? " and " + (characters.size() - MOST_NAMED) + " more" : "");
    }

    private static String round(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    /** What came of some characters: the drawings of each and how those were read that can be, or a fault. */
    private record Drawn(List<float[][]> inks, List<Tally> tallies, RejectedModelException fault) {}

    /** All drawings of one version: some characters at a time, so that memory does not grow with the classes. */
    private final class Look {
        private final Manifest manifest;
        private final Predictor predictor;
        private final int[] classes;
        private final int pixels;
        private final boolean isReadable;
        private final List<Tally> tallies = new ArrayList<>();
        private int drawings;
        private int inked;
        private double ink;
        private double soft;
        private double within;
        private double byStyle;
        private double byNoise;
        // Of the characters' mean drawings, by pixel: memory does not grow with the characters.
        private final double[] sums;
        private final double[] squares;

        Look(Manifest manifest, Predictor predictor) {
            this.manifest = manifest;
            this.predictor = predictor;
            int count = manifest.classes().size();
            int judged = Math.min(count, MOST_CLASSES);
            classes = new int[judged];
            Arrays.setAll(classes, i -> (int) ((long) i * count / judged));
            pixels = manifest.imageSize() * manifest.imageSize();
            sums = new double[pixels];
            squares = new double[pixels];
            isReadable = manifest.imageSize() == ServerReader.SIDE;
        }

        void lookAtAll() throws RejectedModelException {
            int atOnce = most(AT_ONCE);
            int together = most(TOGETHER);
            for (int from = 0; from < classes.length; from += atOnce) {
                int end = Math.min(from + atOnce, classes.length);
                // On every core: a version that waits for its judgement waits beside servers that draw with all of
                // them.
                List<Drawn> drawn =
                        IntStream.iterate(from, i -> i < end, i -> i + together).boxed().toList().parallelStream()
                                .map(i -> drawAndRead(Arrays.copyOfRange(classes, i, Math.min(i + together, end))))
                                .toList();
                for (Drawn piece : drawn) {
                    if (piece.fault() != null) {
                        throw piece.fault();
                    }
                    for (float[][] inks : piece.inks()) {
                        measure(inks);
                    }
                    tallies.addAll(piece.tallies());
                }
            }
        }

        private int most(int characters) {
            long each = (long) config.draws() * (pixels + manifest.styleSize() + manifest.noiseSize());
            return (int) Math.max(1, Math.min(characters, MOST_NUMBERS / each));
        }

        private Drawn drawAndRead(int[] some) {
            try {
                List<float[][]> inks = draw(some, config.draws(), SEED);
                List<Tally> tallies = new ArrayList<>();
                List<float[]> readable = new ArrayList<>();
                for (int i = 0; i < some.length; i++) {
                    String character = manifest.classes().get(some[i]).character();
                    if (isReadable && reader.classOf(character) >= 0) {
                        tallies.add(new Tally(some[i], character));
                        readable.addAll(Arrays.asList(inks.get(i)));
                    }
                }
                int[] read = reader.read(readable.toArray(float[][]::new));
                for (int i = 0; i < tallies.size(); i++) {
                    tallies.get(i).count(Arrays.copyOfRange(read, i * config.draws(), (i + 1) * config.draws()));
                }
                return new Drawn(inks, tallies, null);
            } catch (RejectedModelException e) {
                return new Drawn(List.of(), List.of(), e);
            }
        }

        /** Draws some characters, each {@code count} times: its first two share their style, the next two their noise. */
        private List<float[][]> draw(int[] some, int count, long seed) throws RejectedModelException {
            List<float[]> styles = new ArrayList<>();
            List<float[]> noises = new ArrayList<>();
            int[] labels = new int[some.length * count];
            for (int i = 0; i < some.length; i++) {
                Random random = new Random(seed * 1_000_003 + some[i]);
                float[][] style = gaussian(random, count, manifest.styleSize());
                float[][] noise = gaussian(random, count, manifest.noiseSize());
                style[1] = style[0];
                noise[3] = noise[2];
                styles.addAll(Arrays.asList(style));
                noises.addAll(Arrays.asList(noise));
                Arrays.fill(labels, i * count, (i + 1) * count, some[i]);
            }
            float[][] inks;
            try {
                inks = predictor.draw(styles.toArray(float[][]::new), noises.toArray(float[][]::new), labels);
            } catch (PredictionException e) {
                throw new NotNowException("its networks could not be run: " + e.getMessage(), e);
            } catch (RuntimeException e) {
                throw new RejectedModelException("its networks do not run: " + e.getMessage(), e);
            }
            for (float[] drawn : inks) {
                Probe.checkInk(drawn);
            }
            return IntStream.range(0, some.length)
                    .mapToObj(i -> Arrays.copyOfRange(inks, i * count, (i + 1) * count))
                    .toList();
        }

        private void measure(float[][] inks) {
            double[] mean = new double[pixels];
            for (float[] drawn : inks) {
                float peak = 0;
                for (int p = 0; p < pixels; p++) {
                    peak = Math.max(peak, drawn[p]);
                    ink += drawn[p];
                    soft += 4 * drawn[p] * (1 - drawn[p]);
                    mean[p] += drawn[p] / inks.length;
                }
                inked += peak >= PEAK ? 1 : 0;
            }
            for (float[] drawn : inks) {
                for (int p = 0; p < pixels; p++) {
                    within += (drawn[p] - mean[p]) * (drawn[p] - mean[p]) / (inks.length - 1);
                }
            }
            for (int p = 0; p < pixels; p++) {
                sums[p] += mean[p];
                squares[p] += mean[p] * mean[p];
            }
            byNoise += difference(inks[0], inks[1]);
            byStyle += difference(inks[2], inks[3]);
            drawings += inks.length;
        }

        private double meanInk() {
            return ink / ((double) drawings * pixels);
        }

        private double softness() {
            return ink > 0 ? soft / ink : 0;
        }

        private double deviationWithin() {
            return Math.sqrt(within / ((double) classes.length * pixels));
        }

        private double deviationBetween() {
            double sum = 0;
            for (int p = 0; p < pixels; p++) {
                sum += Math.max(0, squares[p] - sums[p] * sums[p] / classes.length);
            }
            return Math.sqrt(sum / ((double) classes.length * pixels));
        }

        void findFaults(List<String> faults) {
            if (inked < LEAST_INKED * drawings) {
                faults.add("only " + inked + " of " + drawings + " drawings have any stroke");
            }
            if (meanInk() > MOST_INK) {
                faults.add("drawings are ink on " + round(meanInk())
                        + " of their paper: the generator draws white on black");
            }
            if (softness() > MOST_SOFTNESS) {
                faults.add("drawings are blurred: softness " + round(softness()) + ", at most " + MOST_SOFTNESS);
            }
            if (byNoise / classes.length < LEAST_DIFFERENCE) {
                faults.add("the generator draws every glyph of a class and style alike, whatever the noise: difference "
                        + round(byNoise / classes.length) + ", at least " + LEAST_DIFFERENCE);
            }
            if (byStyle / classes.length < LEAST_DIFFERENCE) {
                faults.add("the generator does not follow the style: difference " + round(byStyle / classes.length)
                        + ", at least " + LEAST_DIFFERENCE);
            }
            double deviation = deviationWithin();
            if (deviation < config.leastDeviation() || deviation > config.mostDeviation()) {
                faults.add("drawings of one character deviate by " + round(deviation) + ", good ones by "
                        + config.leastDeviation() + " to " + config.mostDeviation()
                        + (deviation < config.leastDeviation() ? ": the generator repeats itself" : ""));
            }
            if (classes.length > 1 && deviationBetween() < LEAST_BETWEEN) {
                faults.add("the generator draws every class alike: deviation " + round(deviationBetween())
                        + ", at least " + LEAST_BETWEEN);
            }
        }

        /** Takes a second look at the characters that were hardly ever read. */
        Reading reading() throws RejectedModelException {
            List<Tally> suspects = tallies.stream().filter(Tally::isMisread).toList();
            if (suspects.size() <= MOST_SUSPECTS) {
                for (Tally suspect : suspects) {
                    List<float[][]> again =
                            draw(new int[] {suspect.classIndex}, SECOND_LOOK * config.draws(), SEED + 1);
                    suspect.countMore(reader.read(again.get(0)));
                }
            }
            return new Reading(tallies, classes.length - tallies.size());
        }

        Map<String, Double> figures() {
            return Map.of(
                    "drawings",
                    (double) drawings,
                    "inked_share",
                    inked / (double) drawings,
                    "ink_share",
                    meanInk(),
                    "softness",
                    softness(),
                    "deviation_within",
                    deviationWithin(),
                    "deviation_between",
                    deviationBetween(),
                    "difference_by_style",
                    byStyle / classes.length,
                    "difference_by_noise",
                    byNoise / classes.length);
        }
    }

    /** How the drawings of one character were read. */
    private final class Tally {
        private final int classIndex;
        private final String character;
        private int exact;
        private int alike;
        private int seen;
        private double share;

        Tally(int classIndex, String character) {
            this.classIndex = classIndex;
            this.character = character;
        }

        /** @param read index of the reader's class for each drawing */
        void count(int[] read) {
            for (int index : read) {
                String taken = reader.characters().get(index);
                exact += taken.equals(character) ? 1 : 0;
                alike += Lookalikes.areAlike(character, taken) ? 1 : 0;
            }
            seen += read.length;
            share = alike / (double) seen;
        }

        /** Counts for this character alone: shares over all characters are of equally many drawings of each. */
        void countMore(int[] read) {
            Tally more = new Tally(classIndex, character);
            more.count(read);
            share = (alike + more.alike) / (double) (seen + more.seen);
        }

        boolean isMisread() {
            return share < MISREAD;
        }
    }

    /** What the server's reader makes of all drawings whose characters it knows. */
    private final class Reading {
        private final int readClasses;
        private final int unreadClasses;
        private final double accuracy;
        private final double alikeAccuracy;
        private final List<String> misread;

        Reading(List<Tally> tallies, int unreadClasses) {
            this.unreadClasses = unreadClasses;
            readClasses = tallies.size();
            double seen =
                    Math.max(1, tallies.stream().mapToInt(tally -> tally.seen).sum());
            accuracy = tallies.stream().mapToInt(tally -> tally.exact).sum() / seen;
            alikeAccuracy = tallies.stream().mapToInt(tally -> tally.alike).sum() / seen;
            misread = tallies.stream()
                    .filter(Tally::isMisread)
                    .map(tally -> tally.character)
                    .toList();
        }

        void findFaults(OptionalDouble claimed, List<String> faults) {
            if (readClasses == 0) {
                return; // another script: judged by its ink alone, and the figures say so
            }
            if (alikeAccuracy < config.leastAccuracy()) {
                faults.add("the server's reader reads " + round(alikeAccuracy)
                        + " of the drawings as asked or as a look-alike, at least " + config.leastAccuracy());
            }
            if (claimed.isPresent() && accuracy < claimed.getAsDouble() - config.accuracyTolerance()) {
                faults.add(
                        "the server's reader reads " + round(accuracy) + " of the drawings as asked, its card claims "
                                + round(claimed.getAsDouble()) + " (tolerance " + config.accuracyTolerance() + ")");
            }
            if (misread.size() > config.mostMisread()) {
                faults.add("drawings of " + named(misread) + " are hardly ever read as that, at most "
                        + config.mostMisread() + " characters may be: labels may be swapped");
            }
        }

        Map<String, Double> figures(OptionalDouble claimed) {
            Map<String, Double> figures = new TreeMap<>();
            figures.put("read_classes", (double) readClasses);
            figures.put("unread_classes", (double) unreadClasses);
            if (readClasses > 0) {
                figures.put("accuracy", accuracy);
                figures.put("lookalike_accuracy", alikeAccuracy);
                figures.put("misread_classes", (double) misread.size());
                claimed.ifPresent(claim -> figures.put("claimed_accuracy", claim));
            }
            return figures;
        }
    }

    private static double difference(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum / a.length;
    }

    private static float[][] gaussian(Random random, int count, int columns) {
        float[][] rows = new float[count][columns];
        for (float[] row : rows) {
            for (int i = 0; i < columns; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return rows;
    }
}
