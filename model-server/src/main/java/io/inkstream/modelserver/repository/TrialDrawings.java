package io.inkstream.modelserver.repository;

import io.inkstream.modelserver.predict.PredictionException;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.schemas.bundle.Manifest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Has a version draw its characters, some at a time so that memory does not grow with them, measures the drawings and has
 * the server's own reader read them. Draws the same latents for every version. For one thread.
 */
final class TrialDrawings {
    private static final long SEED = 28;
    /** A manifest may have thousands of classes; so many of them, spread evenly, are drawn. */
    private static final int MOST_CLASSES = 512;

    /** Ink that a pen stroke reaches somewhere. */
    private static final float PEAK = .5f;

    /** Share of a character's drawings below which it counts as misread. */
    private static final double MISREAD = .2;
    /** Variance of the drawings of a character, as a share of their squared ink, below which they are all alike. */
    private static final double UNVARIED = .002;
    /** A few drawings may all fail by chance: suspects draw so many times as many again. */
    private static final int SECOND_LOOK = 3;
    /** With more suspects than this there is nothing to clear up. */
    private static final int MOST_SUSPECTS = 8;

    /** Characters whose drawings are in memory together, where they are small. */
    private static final int AT_ONCE = 128;
    /** Characters whose drawings fill batches, and are few enough to go round the cores. */
    private static final int TOGETHER = 8;
    /** Pixels and latents of drawings that are in memory together: 16 MiB. */
    private static final long MOST_NUMBERS = 4 << 20;

    private final ServerReader reader;
    private final int draws;
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
    private final List<String> unvaried = new ArrayList<>();
    // Of the characters' mean drawings, by pixel: memory does not grow with the characters.
    private final double[] sums;
    private final double[] squares;

    /** What came of some characters: the drawings of each and how those were read that can be, or a fault. */
    private record Drawn(List<float[][]> inks, List<Tally> tallies, RejectedModelException fault) {}

    private TrialDrawings(ServerReader reader, int draws, Manifest manifest, Predictor predictor) {
        this.reader = reader;
        this.draws = draws;
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

    /**
     * Draws, measures and reads; the same version has the same figures each time.
     *
     * @param draws drawings of each character, at least 4
     * @param claimed share of drawings that the card says are read as asked
     * @throws RejectedModelException if the networks do not run, or give what is no drawing
     * @throws NotNowException if they could not be run now
     */
    static GateFigures figures(
            ServerReader reader, int draws, Manifest manifest, OptionalDouble claimed, Predictor predictor)
            throws RejectedModelException {
        TrialDrawings all = new TrialDrawings(reader, draws, manifest, predictor);
        all.drawAll();
        all.lookAgain();
        return new GateFigures(all.ink(), all.reading(), claimed);
    }

    private void drawAll() throws RejectedModelException {
        int atOnce = most(AT_ONCE);
        int together = most(TOGETHER);
        for (int from = 0; from < classes.length; from += atOnce) {
            int end = Math.min(from + atOnce, classes.length);
            // On every core: a version that waits for its judgement waits beside servers that draw with all of them.
            List<Drawn> drawn =
                    IntStream.iterate(from, i -> i < end, i -> i + together).boxed().toList().parallelStream()
                            .map(i -> drawAndRead(Arrays.copyOfRange(classes, i, Math.min(i + together, end))))
                            .toList();
            for (Drawn piece : drawn) {
                if (piece.fault() != null) {
                    throw piece.fault();
                }
                for (float[][] inks : piece.inks()) {
                    measure(manifest.classes().get(classes[drawings / draws]).character(), inks);
                }
                tallies.addAll(piece.tallies());
            }
        }
    }

    private int most(int characters) {
        long each = (long) draws * (pixels + manifest.styleSize() + manifest.noiseSize());
        return (int) Math.max(1, Math.min(characters, MOST_NUMBERS / each));
    }

    private Drawn drawAndRead(int[] some) {
        try {
            List<float[][]> inks = draw(some, draws, SEED);
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
                tallies.get(i).count(Arrays.copyOfRange(read, i * draws, (i + 1) * draws));
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

    private void measure(String character, float[][] inks) {
        int inkedBefore = inked;
        double energy = 0;
        double[] mean = new double[pixels];
        for (float[] drawn : inks) {
            float peak = 0;
            for (int p = 0; p < pixels; p++) {
                peak = Math.max(peak, drawn[p]);
                ink += drawn[p];
                energy += drawn[p] * drawn[p];
                soft += 4 * drawn[p] * (1 - drawn[p]);
                mean[p] += drawn[p] / inks.length;
            }
            inked += peak >= PEAK ? 1 : 0;
        }
        double spread = 0;
        for (float[] drawn : inks) {
            for (int p = 0; p < pixels; p++) {
                spread += (drawn[p] - mean[p]) * (drawn[p] - mean[p]);
            }
        }
        within += spread / (inks.length - 1);
        if (inked == inkedBefore || spread < UNVARIED * energy) {
            unvaried.add(character);
        }
        for (int p = 0; p < pixels; p++) {
            sums[p] += mean[p];
            squares[p] += mean[p] * mean[p];
        }
        byNoise += difference(inks[0], inks[1]);
        byStyle += difference(inks[2], inks[3]);
        drawings += inks.length;
    }

    private double deviationBetween() {
        double sum = 0;
        for (int p = 0; p < pixels; p++) {
            sum += Math.max(0, squares[p] - sums[p] * sums[p] / classes.length);
        }
        return Math.sqrt(sum / ((double) classes.length * pixels));
    }

    private GateFigures.Ink ink() {
        double numbers = (double) drawings * pixels;
        return new GateFigures.Ink(
                classes.length,
                drawings,
                inked,
                ink / numbers,
                ink > 0 ? soft / ink : 0,
                Math.sqrt(within / ((double) classes.length * pixels)),
                deviationBetween(),
                byStyle / classes.length,
                byNoise / classes.length,
                unvaried);
    }

    /** Takes a second look at the characters that were hardly ever read. */
    private void lookAgain() throws RejectedModelException {
        List<Tally> suspects = tallies.stream().filter(Tally::isMisread).toList();
        if (suspects.size() <= MOST_SUSPECTS) {
            for (Tally suspect : suspects) {
                List<float[][]> again = draw(new int[] {suspect.classIndex}, SECOND_LOOK * draws, SEED + 1);
                suspect.countMore(reader.read(again.get(0)));
            }
        }
    }

    private GateFigures.Reading reading() {
        double seen = Math.max(1, tallies.stream().mapToInt(tally -> tally.seen).sum());
        return new GateFigures.Reading(
                tallies.size(),
                classes.length - tallies.size(),
                tallies.stream().mapToInt(tally -> tally.exact).sum() / seen,
                tallies.stream().mapToInt(tally -> tally.alike).sum() / seen,
                tallies.stream()
                        .filter(Tally::isMisread)
                        .map(tally -> tally.character)
                        .toList());
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
