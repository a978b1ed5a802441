package io.inkstream.modelserver.joins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinTest {
    private static final JoinRules RULES = JoinRules.standard();
    private static final String ALL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final Join.Place ANYWHERE = new Join.Place(.9, .5, 1.8, 1);

    private static final List<float[]> STEM = List.of(new float[] {.05f, -1, 0, 0});
    private static final List<float[]> RING = List.of(ring(.4f, -.5f, .4f, .5f));
    private static final List<float[]> ARCH =
            List.of(new float[] {0, -1, 0, 0}, new float[] {0, -.6f, .2f, -.95f, .5f, -.9f, .6f, -.5f, .6f, 0});

    private static float[] ring(float x, float y, float radiusX, float radiusY) {
        float[] ring = new float[2 * 41];
        for (int i = 0; i <= 40; i++) {
            ring[2 * i] = (float) (x + radiusX * StrictMath.cos(StrictMath.PI * i / 20));
            ring[2 * i + 1] = (float) (y + radiusY * StrictMath.sin(StrictMath.PI * i / 20));
        }
        return ring;
    }

    private static Optional<Join> join(String pair, List<float[]> before, List<float[]> after) {
        return Join.of(
                RULES.pair(pair.substring(0, 1), pair.substring(1)).orElseThrow(),
                new Body(before, 1),
                new Body(after, 1),
                Manner.careful(true),
                ANYWHERE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"qu", "az", "oz", "aA", "AB", "Be", "Ta", "a,", "a.", "'s", "a1", "1a", "a-", "aß", "éa"})
    void whatNeverJoinsHasNoRule(String pair) {
        assertThat(RULES.pair(pair.substring(0, 1), pair.substring(1))).isEmpty();
    }

    @Test
    void theMoreAHandJoinsTheLikelierEachPairIs() {
        for (String after : ALL.split("")) {
            RULES.pair("a", after).ifPresent(pair -> {
                double before = 0;
                for (double joining : new double[] {.01, .1, .25, .5, .75, .9, .99}) {
                    double now = pair.probability(joining, 0);
                    assertThat(now).isBetween(before, 1.0);
                    before = now;
                }
                assertThat(pair.probability(1, -2.5)).isEqualTo(1);
            });
        }
        assertThat(RULES.pair("L", "e").orElseThrow().probability(1, -2.5)).isLessThan(1);
    }

    /** Any scribble: blank lines are no letters, but single dots, loops and zigzags are. */
    @Property(tries = 300)
    void whateverTheStrokesALigatureLeavesTheOneMeetsTheOtherAndStaysOnTheCanvas(@ForAll long seed) {
        Random random = new Random(seed);
        List<float[]> before = scribble(random);
        List<float[]> after = scribble(random);
        for (int i = 0; i < 40; i++) {
            String left = letter(random);
            String right = letter(random);
            Optional<JoinRules.Pair> pair = RULES.pair(left, right);
            if (pair.isEmpty()) {
                continue;
            }
            Manner manner = manner(random);
            Optional<Join> join = Join.of(pair.get(), new Body(before, 1), new Body(after, 1), manner, ANYWHERE);
            join.ifPresent(found -> assertSound(found, after));
            assertThat(Join.of(pair.get(), new Body(before, 1), new Body(after, 1), manner, ANYWHERE)
                            .map(found -> Arrays.hashCode(found.ligature())))
                    .isEqualTo(join.map(found -> Arrays.hashCode(found.ligature())));
        }
    }

    private static Manner manner(Random random) {
        return new Manner(random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
    }

    @Test
    void inHasteLettersAreJoinedThatElseAreNot() {
        int careful = 0;
        int anyhow = 0;
        for (int i = 0; i < 200; i++) {
            Random random = new Random(i);
            List<float[]> before = scribble(random);
            List<float[]> after = scribble(random);
            JoinRules.Pair pair = RULES.pair("b", "l").orElseThrow();
            boolean isJoined = Join.of(pair, new Body(before, 1), new Body(after, 1), Manner.careful(true), ANYWHERE)
                    .isPresent();
            careful += isJoined ? 1 : 0;
            Manner hasty = new Manner(true, false, true);
            Optional<Join> join = Join.of(pair, new Body(before, 1), new Body(after, 1), hasty, ANYWHERE);
            assertThat(join.isPresent() || !isJoined).isTrue();
            anyhow += join.isPresent() ? 1 : 0;
        }
        assertThat(anyhow).isGreaterThan(careful + 60);
    }

    @Test
    void aLoopComesUpToTheHeadOfAnAscenderFromItsRight() {
        List<float[]> ascender = List.of(new float[] {0, -1.7f, 0, 0});
        List<float[]> u =
                List.of(new float[] {0, -1, 0, -.1f, .3f, 0, .6f, -.2f, .6f, -1}, new float[] {.6f, -1, .6f, 0});
        JoinRules.Pair pair = RULES.pair("u", "l").orElseThrow();
        Join plain = Join.of(pair, new Body(u, 1), new Body(ascender, 1), Manner.careful(true), ANYWHERE)
                .orElseThrow();
        Join looped = Join.of(pair, new Body(u, 1), new Body(ascender, 1), new Manner(true, true, false), ANYWHERE)
                .orElseThrow();
        assertThat(Polylines.end(plain.ligature(), true).height()).isLessThan(1.1);
        Vector head = Polylines.end(looped.ligature(), true);
        assertThat(head.height()).isGreaterThan(1.6);
        float rightmost = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < looped.ligature().length; i += 2) {
            rightmost = Math.max(rightmost, looped.ligature()[i]);
        }
        assertThat(rightmost).isGreaterThan((float) head.x() + .05f);
    }

    private static void assertSound(Join join, List<float[]> after) {
        float[] line = join.ligature();
        for (int i = 0; i < line.length; i += 2) {
            assertThat(line[i]).isFinite();
            assertThat(line[i + 1]).isBetween(-1.8f, 1f);
        }
        assertThat(distance(join.letter(), Polylines.end(line, false))).isLessThan(.02);
        Vector end = Polylines.end(line, true).plus(-join.shift(), 0);
        assertThat(distance(after, end)).isLessThan(.02);
        assertThat(join.shift()).isBetween(.5, 1.2);
    }

    private static double distance(List<float[]> lines, Vector point) {
        return lines.stream()
                .mapToDouble(line -> Polylines.nearest(line, point).distance(point))
                .min()
                .orElseThrow();
    }

    private static String letter(Random random) {
        int at = random.nextInt(ALL.length());
        return ALL.substring(at, at + 1);
    }

    private static List<float[]> scribble(Random random) {
        List<float[]> lines = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            float[] line = new float[2 + 2 * random.nextInt(6)];
            for (int k = 0; k < line.length; k += 2) {
                line[k] = random.nextFloat();
                line[k + 1] = .6f - 2 * random.nextFloat();
            }
            lines.add(line);
        }
        return lines;
    }

    @Test
    void dotsAloneAndStandstillAreNotJoined() {
        List<float[]> dot = List.of(new float[] {.1f, -.1f});
        List<float[]> standstill = List.of(new float[] {.1f, -.1f, .1f, -.1f, .1f, -.1f});
        for (List<float[]> nothing : List.of(dot, standstill)) {
            assertThat(join("in", nothing, STEM)).isEmpty();
            assertThat(join("in", STEM, nothing)).isEmpty();
            assertThat(join("oc", nothing, RING)).isEmpty();
        }
    }

    @Test
    void aLineFromStemToStemIsRoundEverywhere() {
        for (String pair : List.of("in", "nu", "li", "he", "ac", "ol", "on")) {
            List<float[]> before = pair.startsWith("o") ? RING : pair.startsWith("n") ? ARCH : STEM;
            List<float[]> after = pair.endsWith("e") || pair.endsWith("c") ? RING : STEM;
            Join join = join(pair, before, after).orElseThrow();
            assertThat(sharpest(join.ligature())).as(pair).isLessThan(25);
            float[] own = join.letter().get(join.letter().size() - 1);
            if (pair.equals("in")) {
                assertThat(join.letter()).hasSize(2);
                assertThat(sharpest(WritingOrder.continued(join.letter().get(0), own, 1)
                                .flatMap(line -> WritingOrder.continued(line, join.ligature(), 1))
                                .orElseThrow()))
                        .as("stem, foot and ligature in one")
                        .isLessThan(25);
            }
        }
    }

    /** Greatest turn of direction at a point, in degrees. */
    private static double sharpest(float[] line) {
        double sharpest = 0;
        for (int i = 2; i + 2 < line.length; i += 2) {
            Vector in = Vector.unit(line[i] - line[i - 2], line[i + 1] - line[i - 1]);
            Vector out = Vector.unit(line[i + 2] - line[i], line[i + 3] - line[i + 1]);
            sharpest = Math.max(sharpest, Math.toDegrees(StrictMath.acos(Math.max(-1, Math.min(1, in.dot(out))))));
        }
        return sharpest;
    }

    @Test
    void aFootThatIsRoundedStandsOnTheBaseline() {
        Join join = join("in", STEM, STEM).orElseThrow();
        float[] box = Polylines.box(join.letter());
        assertThat((double) box[3]).isCloseTo(0, within(.05));
        assertThat((double) box[1]).isEqualTo(-1);
    }

    @Test
    void gapsAreBridgedUntilTheFormHasThePiecesOfItsClass() {
        List<float[]> broken =
                List.of(new float[] {0, -1, 0, -.6f}, new float[] {0, -.4f, 0, 0}, new float[] {2, -1, 2, 0});
        assertThat(Healing.heal(broken, 2)).hasSize(4);
        assertThat(Healing.heal(broken, 2).get(3)).containsExactly(0, -.6f, 0, -.4f);
        assertThat(Healing.heal(broken, 1)).as("two x-heights are no gap").hasSize(4);
        assertThat(Healing.heal(broken, -1)).isEqualTo(broken);
        List<float[]> dotted = List.of(new float[] {0, -1, 0, 0}, new float[] {0, -1.2f});
        assertThat(Healing.heal(dotted, 1)).as("a dot is no broken stroke").isEqualTo(dotted);
    }

    @Test
    void aRingIsDrawnCounterClockwiseFromTheUpperRight() {
        float[] drawn = WritingOrder.of(
                        "o", List.of(Polylines.reversed(RING.get(0))), 1, Optional.empty(), Optional.empty())
                .get(0);
        assertThat(drawn[0]).isGreaterThan(.5f);
        assertThat(drawn[1]).isLessThan(-.7f);
        assertThat(drawn[10]).as("to the left first").isLessThan(drawn[0]);
        assertThat(drawn[11]).isLessThan(drawn[1]);
    }

    @Test
    void linesThatMeetAreDrawnStraightOnAndWhatTheNextLetterHangsOnLast() {
        float[] upper = {.3f, -1.7f, .3f, -1};
        float[] lower = {.3f, 0, .3f, -1};
        float[] barLeft = {.3f, -1, 0, -1};
        float[] barRight = {.6f, -1, .3f, -1};
        List<float[]> lines = List.of(barRight, lower, barLeft, upper);
        List<float[]> drawn = WritingOrder.of("t", lines, 1, Optional.empty(), Optional.empty());
        assertThat(drawn).hasSize(2);
        assertThat(drawn.get(0)).containsExactly(.3f, -1.7f, .3f, -1, .3f, 0);
        assertThat(drawn.get(1)).containsExactly(0, -1, .3f, -1, .6f, -1);
        float[] ligature = {.3f, 0, .6f, -.1f};
        List<float[]> joined = WritingOrder.of("t", lines, 1, Optional.empty(), Optional.of(ligature));
        assertThat(Polylines.end(joined.get(joined.size() - 1), true)).isEqualTo(new Vector(.3f, 0));
    }

    /** Every line is drawn once, none is lost. */
    @Property(tries = 200)
    void orderingKeepsAllInk(@ForAll long seed) {
        List<float[]> lines = scribble(new Random(seed));
        List<float[]> drawn = WritingOrder.of("a", lines, 1, Optional.empty(), Optional.empty());
        assertThat(drawn.stream().mapToDouble(Polylines::length).sum())
                .isCloseTo(lines.stream().mapToDouble(Polylines::length).sum(), within(.05 * lines.size()));
        assertThat(IntStream.range(0, lines.size())
                        .allMatch(i -> distance(drawn, Polylines.end(lines.get(i), true)) < .04))
                .isTrue();
    }
}
