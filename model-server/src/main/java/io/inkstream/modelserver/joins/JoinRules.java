package io.inkstream.modelserver.joins;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Which letters join, where, and how gladly, as writers do. Immutable. */
public final class JoinRules {
    private static final JoinRules STANDARD = read();

    /** From a hand's share to logits: what makes the share that is seen come out as asked for. */
    private static final double STEEPNESS = 1.45;
    /** How far hands differ in one pair of letters, in logits. */
    private static final double PAIR_SD = 1.8;

    private static final double LEAST_SHARE = 1e-4;
    private static final double GREATEST_SHARE = .985;

    private final Map<String, Letter> letters;

    private JoinRules(Map<String, Letter> letters) {
        this.letters = Map.copyOf(letters);
    }

    /** How one letter joins. */
    private record Letter(ExitClass exit, EntryClass entry, double exitLogit, double entryLogit) {}

    /** Two letters that may be joined. */
    public record Pair(ExitClass exit, EntryClass entry, double logit, boolean isSmall) {
        /**
         * How likely they are to be joined, 0 to 1.
         *
         * @param joining how much the hand joins: 0 nothing, 1 wherever it can
         * @param habit what the hand makes of this pair, a standard normal deviate
         */
        public double probability(double joining, double habit) {
            if (joining >= 1 && isSmall) {
                return 1;
            }
            double share = Math.max(LEAST_SHARE, Math.min(GREATEST_SHARE, joining));
            double z = STEEPNESS * StrictMath.log(share / (1 - share)) + logit + PAIR_SD * habit;
            return 1 / (1 + StrictMath.exp(-z));
        }
    }

    /** The rules that are shipped. */
    public static JoinRules standard() {
        return STANDARD;
    }

    /** The rule for two neighbours in a word; none if they never join. */
    public Optional<Pair> pair(String before, String after) {
        Letter left = letters.get(before);
        Letter right = letters.get(after);
        return left == null || right == null || left.exit == ExitClass.NEVER || right.entry == EntryClass.NEVER
                ? Optional.empty()
                : Optional.of(new Pair(
                        left.exit,
                        right.entry,
                        left.exitLogit + right.entryLogit,
                        Character.isLowerCase(before.codePointAt(0))));
    }

    /** Whether the pen begins it at the right end of its bowl, as a, d or g. */
    public boolean isRound(String letter) {
        return letters.containsKey(letter) && letters.get(letter).entry == EntryClass.ROUND;
    }

    private static JoinRules read() {
        Map<String, Letter> letters = new HashMap<>();
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(JoinRules.class.getResourceAsStream("rules.csv"), StandardCharsets.UTF_8))) {
            in.lines()
                    .filter(line -> !line.startsWith("#") && !line.startsWith("class;"))
                    .map(line -> line.split(";", 5))
                    .forEach(row -> letters.put(
                            row[0],
                            new Letter(
                                    ExitClass.valueOf(row[1].toUpperCase(Locale.ROOT)),
                                    EntryClass.valueOf(row[2].toUpperCase(Locale.ROOT)),
                                    Double.parseDouble(row[3]),
                                    Double.parseDouble(row[4]))));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read rules.csv", e);
        }
        return new JoinRules(letters);
    }
}
